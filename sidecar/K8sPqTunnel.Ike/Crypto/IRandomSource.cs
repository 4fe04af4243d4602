namespace K8sPqTunnel.Ike.Crypto;

/// <summary>Where SPIs, nonces, cookies and IVs come from: the system in the daemon, a seed in simulations.</summary>
/// <remarks>Private keys of key exchanges never come from here: OpenSSL's own generator makes them.</remarks>
public interface IRandomSource
{
    /// <summary>Overwrites every octet of <paramref name="destination"/>.</summary>
    void Fill(Span<byte> destination);
}
