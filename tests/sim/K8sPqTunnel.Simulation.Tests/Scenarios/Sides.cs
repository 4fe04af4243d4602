namespace K8sPqTunnel.Simulation.Tests.Scenarios;

/// <summary>Which ends.</summary>
[Flags]
internal enum Sides
{
    None = 0,
    Left = 1,
    Right = 2,
    Both = Left | Right,
}
