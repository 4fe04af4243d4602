using System.Security.Cryptography;
using K8sPqTunnel.Ike.Crypto.OpenSsl;

namespace K8sPqTunnel.Ike.Crypto;

/// <summary>A negotiated pseudorandom function and prf+ over it (RFC 7296 2.13; HMAC-SHA2 of RFC 4868).</summary>
internal sealed class Prf
{
    /// <summary>prf+ counts its blocks in one octet (RFC 7296 2.13).</summary>
    private const int MaxExpandBlocks = 255;

    private static readonly Prf HmacSha256 = new("SHA256"u8, HMACSHA256.HashSizeInBytes);
    private static readonly Prf HmacSha384 = new("SHA384"u8, HMACSHA384.HashSizeInBytes);
    private static readonly Prf HmacSha512 = new("SHA512"u8, HMACSHA512.HashSizeInBytes);

    private readonly EvpHmac _hmac;

    private Prf(ReadOnlySpan<byte> hash, int outputLength)
    {
        _hmac = new EvpHmac(hash);
        OutputLength = outputLength;
    }

    /// <summary>Octets of output, and the preferred key length: SK_d, SK_pi and SK_pr have it (RFC 7296 2.14).</summary>
    public int OutputLength { get; }

    /// <summary>The PRF of a transform ID.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Not one of the enumeration's.</exception>
    public static Prf Of(PrfId id) => id switch
    {
        PrfId.HmacSha2_256 => HmacSha256,
        PrfId.HmacSha2_384 => HmacSha384,
        PrfId.HmacSha2_512 => HmacSha512,
        _ => throw new ArgumentOutOfRangeException(nameof(id), id, "no such PRF"),
    };

    /// <summary>Whether <see cref="Of"/> knows a transform ID from the wire.</summary>
    public static bool Knows(PrfId id) => id is >= PrfId.HmacSha2_256 and <= PrfId.HmacSha2_512;

    /// <summary>prf(key, a | b | c).</summary>
    public Secret Compute(ReadOnlySpan<byte> key, ReadOnlySpan<byte> a, ReadOnlySpan<byte> b = default, ReadOnlySpan<byte> c = default)
    {
        using PrfComputation computation = Begin(key);
        return computation.Append(a).Append(b).Append(c).Finish();
    }

    /// <summary>prf over an input that comes in any number of pieces.</summary>
    public PrfComputation Begin(ReadOnlySpan<byte> key) => new(_hmac.Begin(key), OutputLength);

    /// <summary>prf+(key, seed), cut to <paramref name="length"/> octets.</summary>
    /// <remarks>T1 | T2 | …, T1 = prf(key, seed | 0x01), Tn = prf(key, T(n-1) | seed | n); RFC 7296 2.13.</remarks>
    /// <exception cref="ArgumentOutOfRangeException">More than 255 blocks.</exception>
    public Secret Expand(ReadOnlySpan<byte> key, ReadOnlySpan<byte> seed, int length)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(length, MaxExpandBlocks * OutputLength);
        using PrfComputation computation = Begin(key);
        return Secret.Create(length, new Expansion(computation, seed), static (destination, expansion) => expansion.Fill(destination));
    }

    private readonly ref struct Expansion(PrfComputation computation, ReadOnlySpan<byte> seed)
    {
        private readonly ReadOnlySpan<byte> _seed = seed;

        public void Fill(Span<byte> destination)
        {
            Span<byte> last = stackalloc byte[computation.OutputLength];
            for (byte block = 1; !destination.IsEmpty; block++)
            {
                if (block > 1)
                    computation.Append(last);
                computation.Append(_seed).Append([block]).Finish(last);
                int taken = Math.Min(last.Length, destination.Length);
                last[..taken].CopyTo(destination);
                destination = destination[taken..];
            }

            CryptographicOperations.ZeroMemory(last);
        }
    }
}
