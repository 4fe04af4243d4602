namespace K8sPqTunnel.Sidecar.State;

/// <summary>Whether a network card encrypts, where spec.child.hardwareOffload asks for it.</summary>
/// <param name="Interface">The card's, or the one that leads to the peer.</param>
/// <param name="WhyNot">Why the processor encrypts all the same, in words; null where the card does.</param>
public sealed record OffloadSnapshot(string? Interface, string? WhyNot);
