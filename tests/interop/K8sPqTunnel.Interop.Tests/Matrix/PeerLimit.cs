namespace K8sPqTunnel.Interop.Tests.Matrix;

/// <summary>A feature that a peer does not have.</summary>
/// <param name="Reason">Which, and how that is known.</param>
/// <param name="Holds">Whether a cell needs it.</param>
internal sealed record PeerLimit(string Reason, Func<Cell, bool> Holds);
