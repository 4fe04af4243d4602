using System.Security.Cryptography;

namespace K8sPqTunnel.Ike.Crypto;

/// <summary>One key of an integrity algorithm: HMAC-SHA2 cut to half its length (RFC 4868 2.3). Not for two threads at once.</summary>
public sealed class Integrity : IDisposable
{
    private readonly IncrementalHash _hmac;

    /// <summary>Keys the HMAC; the key is copied.</summary>
    /// <param name="algorithm">Not <see cref="IntegrityId.None"/>.</param>
    /// <param name="key"><see cref="KeyLengthOf"/> octets: SK_ai, SK_ar or a child's.</param>
    public Integrity(IntegrityId algorithm, ReadOnlySpan<byte> key)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(key.Length, KeyLengthOf(algorithm), nameof(key));
        _hmac = IncrementalHash.CreateHMAC(HashOf(algorithm), key);
        IcvLength = _hmac.HashLengthInBytes / 2;
    }

    /// <summary>Octets of the integrity check value.</summary>
    public int IcvLength { get; }

    /// <summary>Octets of key: the hash's full length (RFC 4868 2.1.1); 0 for <see cref="IntegrityId.None"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Not one of the enumeration's.</exception>
    public static int KeyLengthOf(IntegrityId algorithm) => algorithm switch
    {
        IntegrityId.None => 0,
        IntegrityId.HmacSha2_256_128 => HMACSHA256.HashSizeInBytes,
        IntegrityId.HmacSha2_384_192 => HMACSHA384.HashSizeInBytes,
        IntegrityId.HmacSha2_512_256 => HMACSHA512.HashSizeInBytes,
        _ => throw new ArgumentOutOfRangeException(nameof(algorithm), algorithm, "no such integrity algorithm"),
    };

    /// <summary>Writes the ICV of <paramref name="message"/> into <paramref name="icv"/> (<see cref="IcvLength"/> octets).</summary>
    public void Compute(ReadOnlySpan<byte> message, Span<byte> icv) => Compute(message, [], icv);

    /// <summary>Writes the ICV of <paramref name="message"/> and <paramref name="unsent"/>, octets that the peer knows without being told.</summary>
    public void Compute(ReadOnlySpan<byte> message, ReadOnlySpan<byte> unsent, Span<byte> icv)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(icv.Length, IcvLength, nameof(icv));
        Span<byte> full = stackalloc byte[_hmac.HashLengthInBytes];
        _hmac.AppendData(message);
        _hmac.AppendData(unsent);
        _hmac.GetHashAndReset(full);
        full[..icv.Length].CopyTo(icv);
        CryptographicOperations.ZeroMemory(full);
    }

    /// <summary>Whether <paramref name="icv"/> belongs to <paramref name="message"/>, compared in constant time.</summary>
    public bool Verify(ReadOnlySpan<byte> message, ReadOnlySpan<byte> icv) => Verify(message, [], icv);

    /// <summary>Whether <paramref name="icv"/> belongs to <paramref name="message"/> and <paramref name="unsent"/>, compared in constant time.</summary>
    public bool Verify(ReadOnlySpan<byte> message, ReadOnlySpan<byte> unsent, ReadOnlySpan<byte> icv)
    {
        Span<byte> expected = stackalloc byte[IcvLength];
        Compute(message, unsent, expected);
        return CryptographicOperations.FixedTimeEquals(expected, icv);
    }

    public void Dispose() => _hmac.Dispose();

    private static HashAlgorithmName HashOf(IntegrityId algorithm) => algorithm switch
    {
        IntegrityId.HmacSha2_256_128 => HashAlgorithmName.SHA256,
        IntegrityId.HmacSha2_384_192 => HashAlgorithmName.SHA384,
        IntegrityId.HmacSha2_512_256 => HashAlgorithmName.SHA512,
        _ => throw new ArgumentOutOfRangeException(nameof(algorithm), algorithm, "no such integrity algorithm"),
    };
}
