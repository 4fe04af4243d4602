namespace K8sPqTunnel.Sidecar.State;

/// <summary>A peer with an IKE SA.</summary>
/// <param name="Id">The identity that it has proved.</param>
/// <param name="Address">Its address and port in use.</param>
public sealed record PeerSnapshot(string Id, string Address);
