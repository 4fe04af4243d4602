namespace K8sPqTunnel.Dataplane;

/// <summary>What became of the wish that a network card encrypt.</summary>
/// <param name="Interface">The card's, or the one that leads to the peer; null where none is known.</param>
/// <param name="WhyNot">Why the processor encrypts all the same, in words; null where the card does.</param>
public sealed record OffloadState(string? Interface, string? WhyNot);
