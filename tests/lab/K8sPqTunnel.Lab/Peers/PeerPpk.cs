namespace K8sPqTunnel.Lab.Peers;

/// <summary>A postquantum preshared key (RFC 8784).</summary>
/// <param name="Required">No tunnel without it.</param>
/// <param name="OnlyStored">The peer has the secret, but its connection does not name it, so that it takes any ID that it has a secret for.</param>
public sealed record PeerPpk(string Id, string Secret, bool Required = true, bool OnlyStored = false);
