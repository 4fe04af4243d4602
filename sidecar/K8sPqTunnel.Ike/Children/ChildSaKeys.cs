using K8sPqTunnel.Ike.Crypto;

namespace K8sPqTunnel.Ike.Children;

/// <summary>The keys of one direction of a child SA.</summary>
/// <param name="Encryption">Cipher key followed by the salt where the algorithm has one (RFC 4106 8.1).</param>
/// <param name="Integrity">Integrity key; null with an AEAD.</param>
public sealed record ChildSaKeys(Secret Encryption, Secret? Integrity) : IDisposable
{
    public void Dispose()
    {
        Encryption.Dispose();
        Integrity?.Dispose();
    }
}
