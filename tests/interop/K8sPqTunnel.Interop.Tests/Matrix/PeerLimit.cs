namespace K8sPqTunnel.Interop.Tests.Matrix;

/// <summary>A feature that a peer does not have.</summary>
/// <param name="Reason">Which, and how that is known.</param>
/// <param name="Holds">Whether a cell needs it.</param>
/// <param name="Question">Asks a running peer whether it has it after all; null where it can only be declared.</param>
internal sealed record PeerLimit(string Reason, Func<Cell, bool> Holds, PeerQuestion? Question = null);
