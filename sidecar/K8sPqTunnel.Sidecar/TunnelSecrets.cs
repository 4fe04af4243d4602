using K8sPqTunnel.Ike.Crypto;

namespace K8sPqTunnel.Sidecar;

/// <summary>The keys that a tunnel's resource names.</summary>
/// <param name="PreSharedKey">Of spec.authentication.psk.</param>
/// <param name="PostquantumKey">Of spec.authentication.ppk; null without one.</param>
public sealed record TunnelSecrets(Secret PreSharedKey, Secret? PostquantumKey = null) : IDisposable
{
    public void Dispose()
    {
        PreSharedKey.Dispose();
        PostquantumKey?.Dispose();
    }
}
