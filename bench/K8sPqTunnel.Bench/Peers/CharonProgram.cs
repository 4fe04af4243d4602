namespace K8sPqTunnel.Bench.Peers;

/// <summary>A charon that is ready to be started.</summary>
/// <param name="Root">A root with charon-systemd.</param>
/// <param name="LoadTester">The load-tester plugin for that root's version.</param>
internal sealed record CharonProgram(string Root, string LoadTester);
