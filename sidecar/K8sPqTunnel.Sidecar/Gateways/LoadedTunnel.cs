namespace K8sPqTunnel.Sidecar.Gateways;

/// <summary>A tunnel as its file has it.</summary>
/// <param name="Plan">What runs. Whoever takes it owns it.</param>
/// <param name="Uid">metadata.uid of the resource.</param>
/// <param name="Generation">metadata.generation of the resource.</param>
public sealed record LoadedTunnel(TunnelPlan Plan, string Uid, long Generation);
