namespace K8sPqTunnel.Ike.Crypto.OpenSsl;

/// <summary>An EVP_CIPHER_CTX that keeps its key schedule from message to message.</summary>
/// <remarks>AesGcm and ChaCha20Poly1305 of .NET would do, but they tell of a wrong tag by an exception (measured with AES-256-GCM
/// and 1,400 octets: 3.2 us against 0.3 us here), and they seal three times slower (0.93 us against 0.27 us).</remarks>
internal sealed class EvpAeadContext : IDisposable
{
    // Looked up once, for as long as the process lives; 0 where this libcrypto has none.
    private static readonly (EncryptionId Id, int KeyLength, nint Cipher)[] Ciphers =
    [
        (EncryptionId.AesGcm16, 16, LibCrypto.EVP_CIPHER_fetch(0, "AES-128-GCM", 0)),
        (EncryptionId.AesGcm16, 24, LibCrypto.EVP_CIPHER_fetch(0, "AES-192-GCM", 0)),
        (EncryptionId.AesGcm16, 32, LibCrypto.EVP_CIPHER_fetch(0, "AES-256-GCM", 0)),
        (EncryptionId.ChaCha20Poly1305, 32, LibCrypto.EVP_CIPHER_fetch(0, "ChaCha20-Poly1305", 0)),
    ];

    private readonly EvpCipherContextHandle _context = LibCrypto.EVP_CIPHER_CTX_new();

    public EvpAeadContext(EncryptionParameters parameters, ReadOnlySpan<byte> key)
    {
        LibCrypto.Require(!_context.IsInvalid, nameof(LibCrypto.EVP_CIPHER_CTX_new));
        nint cipher = CipherOf(parameters);
        LibCrypto.Require(cipher != 0, nameof(LibCrypto.EVP_CIPHER_fetch));
        // All of them take nonces of 12 octets unless told otherwise.
        LibCrypto.Require(
            LibCrypto.EVP_CipherInit_ex2(_context.DangerousGetHandle(), cipher, key, [], encrypt: 1, 0) == 1,
            nameof(LibCrypto.EVP_CipherInit_ex2));
    }

    public void Seal(
        ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> associated, ReadOnlySpan<byte> plaintext, Span<byte> ciphertext, Span<byte> tag)
    {
        bool held = false;
        try
        {
            // One reference for the five calls, so that a Dispose on another thread cannot free the context under them.
            _context.DangerousAddRef(ref held);
            nint context = _context.DangerousGetHandle();
            bool done = Start(context, nonce, encrypt: 1)
                && Update(context, [], associated)
                && Update(context, ciphertext, plaintext)
                && LibCrypto.EVP_CipherFinal_ex(context, [], out _) == 1
                && LibCrypto.EVP_CIPHER_CTX_ctrl(context, LibCrypto.AeadGetTag, tag.Length, tag) == 1;
            LibCrypto.Require(done, "to seal a message");
        }
        finally
        {
            if (held)
                _context.DangerousRelease();
        }
    }

    /// <summary>False when the tag is wrong; <paramref name="plaintext"/> then holds what nobody may read.</summary>
    public bool TryOpen(
        ReadOnlySpan<byte> nonce,
        ReadOnlySpan<byte> associated,
        ReadOnlySpan<byte> ciphertext,
        ReadOnlySpan<byte> tag,
        Span<byte> plaintext)
    {
        bool held = false;
        try
        {
            _context.DangerousAddRef(ref held);
            nint context = _context.DangerousGetHandle();
            Span<byte> expected = stackalloc byte[Aead.IcvLength];
            tag.CopyTo(expected);
            bool ready = Start(context, nonce, encrypt: 0)
                && LibCrypto.EVP_CIPHER_CTX_ctrl(context, LibCrypto.AeadSetTag, expected.Length, expected) == 1
                && Update(context, [], associated)
                && Update(context, plaintext, ciphertext);
            LibCrypto.Require(ready, "to open a message");
            return LibCrypto.EVP_CipherFinal_ex(context, [], out _) == 1;
        }
        finally
        {
            if (held)
                _context.DangerousRelease();
        }
    }

    public void Dispose() => _context.Dispose();

    private static nint CipherOf(EncryptionParameters parameters)
    {
        foreach ((EncryptionId id, int keyLength, nint cipher) in Ciphers)
        {
            if (id == parameters.Id && keyLength == parameters.KeyLength)
                return cipher;
        }

        throw new ArgumentException($"{parameters.Keyword} is no AEAD", nameof(parameters));
    }

    /// <summary>Sets nonce and direction; the key stays (both are the same schedule in GCM and ChaCha20).</summary>
    private static bool Start(nint context, ReadOnlySpan<byte> nonce, int encrypt) =>
        LibCrypto.EVP_CipherInit_ex2(context, 0, [], nonce, encrypt, 0) == 1;

    /// <summary>Feeds input; without output it is associated data.</summary>
    private static bool Update(nint context, Span<byte> output, ReadOnlySpan<byte> input) =>
        input.IsEmpty || LibCrypto.EVP_CipherUpdate(context, output, out _, input, input.Length) == 1;
}
