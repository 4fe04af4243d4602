namespace K8sPqTunnel.Lab.Testing;

/// <summary>A test that failed, with its message, or that was skipped, with its reason.</summary>
internal sealed record TestNote(string Test, string Text);
