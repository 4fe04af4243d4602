namespace K8sPqTunnel.Api.Validation;

/// <summary>A Secret's value looked at as a pre-shared key.</summary>
/// <param name="Flaw">What is wrong with it.</param>
/// <param name="Length">The key's length in octets, decoded.</param>
public readonly record struct PreSharedKeyFinding(PreSharedKeyFlaw Flaw, int Length);
