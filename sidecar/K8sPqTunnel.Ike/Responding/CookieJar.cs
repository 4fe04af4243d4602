using System.Net;
using System.Security.Cryptography;
using K8sPqTunnel.Ike.Crypto;

namespace K8sPqTunnel.Ike.Responding;

/// <summary>Cookies that cost no memory: proof that a stranger receives what is sent to its address (RFC 7296 2.6).</summary>
/// <remarks>Cookie = version of the secret | HMAC-SHA2-256(secret, Ni | IPi | SPIi). The version lets the last secret be known a while longer.</remarks>
internal sealed class CookieJar(IRandomSource random)
{
    /// <summary>Octets of a cookie.</summary>
    public const int Length = 1 + HMACSHA256.HashSizeInBytes;

    /// <summary>RFC 7296 2.6: the secret should be changed often, more so under attack.</summary>
    private static readonly TimeSpan SecretLife = TimeSpan.FromSeconds(60);

    private byte[] _secret = [];
    private byte[] _lastSecret = [];
    private byte _version;
    private TimeSpan _changesAt;

    public byte[] Bake(TimeSpan now, IPAddress peer, IkeSpi spi, ReadOnlySpan<byte> ni)
    {
        Rotate(now);
        return Make(_version, _secret, peer, spi, ni);
    }

    public bool IsOurs(TimeSpan now, ReadOnlySpan<byte> cookie, IPAddress peer, IkeSpi spi, ReadOnlySpan<byte> ni)
    {
        Rotate(now);
        if (cookie.Length != Length)
            return false;
        byte[] secret = cookie[0] == _version ? _secret : cookie[0] == (byte)(_version - 1) ? _lastSecret : [];
        return secret.Length > 0 && CryptographicOperations.FixedTimeEquals(Make(cookie[0], secret, peer, spi, ni), cookie);
    }

    private static byte[] Make(byte version, byte[] secret, IPAddress peer, IkeSpi spi, ReadOnlySpan<byte> ni)
    {
        Span<byte> spiOctets = stackalloc byte[IkeSpi.Length];
        spi.Write(spiOctets);
        byte[] covered = [.. ni, .. peer.GetAddressBytes(), .. spiOctets];
        return [version, .. HMACSHA256.HashData(secret, covered)];
    }

    private void Rotate(TimeSpan now)
    {
        if (_secret.Length > 0 && now < _changesAt)
            return;
        // After a long quiet, the secret before is too old as well.
        _lastSecret = now < _changesAt + SecretLife ? _secret : [];
        _secret = new byte[HMACSHA256.HashSizeInBytes];
        random.Fill(_secret);
        _version++;
        _changesAt = now + SecretLife;
    }
}
