using K8sPqTunnel.Ike.Crypto.OpenSsl;

namespace K8sPqTunnel.Ike.Crypto;

/// <summary>AES-CBC in one direction over whole blocks (RFC 3602). Not for two threads at once.</summary>
/// <param name="key">16, 24 or 32 octets; copied.</param>
/// <param name="encrypt">Encrypts; otherwise decrypts.</param>
public sealed class CbcCipher(ReadOnlySpan<byte> key, bool encrypt) : IDisposable
{
    /// <summary>Octets of a block, and of an IV.</summary>
    public const int BlockLength = 16;

    private readonly EvpCbcContext _context = new(key, encrypt);

    /// <summary>Encrypts or decrypts in place.</summary>
    /// <param name="iv">16 octets; for encryption unpredictable.</param>
    /// <param name="blocks">A multiple of 16 octets.</param>
    public void Transform(ReadOnlySpan<byte> iv, Span<byte> blocks)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(iv.Length, BlockLength, nameof(iv));
        ArgumentOutOfRangeException.ThrowIfNotEqual(blocks.Length % BlockLength, 0, nameof(blocks));
        _context.Transform(iv, blocks);
    }

    public void Dispose() => _context.Dispose();
}
