namespace K8sPqTunnel.Ike.Crypto.OpenSsl;

/// <summary>AES-CBC in one direction, without padding, with a key schedule that is kept from message to message (RFC 3602).</summary>
/// <remarks>Aes of .NET makes a context for each message, which costs an allocation of its own (measured: 64 octets).</remarks>
internal sealed class EvpCbcContext : IDisposable
{
    private readonly EvpCipherContextHandle _context = LibCrypto.EVP_CIPHER_CTX_new();
    private readonly int _encrypt;

    public EvpCbcContext(ReadOnlySpan<byte> key, bool encrypt)
    {
        LibCrypto.Require(!_context.IsInvalid, nameof(LibCrypto.EVP_CIPHER_CTX_new));
        _encrypt = encrypt ? 1 : 0;
        nint cipher = LibCrypto.EVP_CIPHER_fetch(0, $"AES-{8 * key.Length}-CBC", 0);
        LibCrypto.Require(cipher != 0, nameof(LibCrypto.EVP_CIPHER_fetch));
        try
        {
            LibCrypto.Require(
                LibCrypto.EVP_CipherInit_ex2(_context.DangerousGetHandle(), cipher, key, [], _encrypt, 0) == 1,
                nameof(LibCrypto.EVP_CipherInit_ex2));
        }
        finally
        {
            LibCrypto.EVP_CIPHER_free(cipher);   // The context holds a reference of its own.
        }
    }

    /// <summary>Encrypts or decrypts whole blocks in place.</summary>
    public void Transform(ReadOnlySpan<byte> iv, Span<byte> blocks)
    {
        bool held = false;
        try
        {
            _context.DangerousAddRef(ref held);
            nint context = _context.DangerousGetHandle();
            bool done = LibCrypto.EVP_CipherInit_ex2(context, 0, [], iv, _encrypt, 0) == 1
                && LibCrypto.EVP_CIPHER_CTX_set_padding(context, 0) == 1
                && LibCrypto.EVP_CipherUpdate(context, blocks, out int written, blocks, blocks.Length) == 1
                && written == blocks.Length;
            LibCrypto.Require(done, "AES-CBC");
        }
        finally
        {
            if (held)
                _context.DangerousRelease();
        }
    }

    public void Dispose() => _context.Dispose();
}
