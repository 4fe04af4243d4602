using System.Runtime.InteropServices;
using System.Security.Cryptography;
using K8sPqTunnel.Ike.Crypto.OpenSsl;

namespace K8sPqTunnel.Ike.Crypto;

/// <summary>
/// One key of an AEAD as IPsec uses it: 4 octets of salt from the key material, 8 octets of explicit IV in each message,
/// nonce = salt | IV (RFC 4106 4, RFC 5282 4, RFC 7634 2).
/// </summary>
/// <remarks>
/// The key schedule is made once; a packet costs neither allocation nor exception. An output may be the very span of its
/// input. Not for two threads at once.
/// </remarks>
public sealed class Aead : IDisposable
{
    public const int SaltLength = 4;
    public const int IvLength = 8;
    public const int IcvLength = 16;
    private const int NonceLength = SaltLength + IvLength;

    private readonly EvpAeadContext _context;

    // As it stands in memory. Not a Secret: the key is what keeps a secret (RFC 4106 8.1), and there are two of these for each SA.
    private uint _salt;

    /// <summary>Makes the key schedule; the key material is copied.</summary>
    /// <param name="parameters">An AEAD row of <see cref="EncryptionParameters.All"/>.</param>
    /// <param name="keyAndSalt">
    /// SK_ei, SK_er or a child's encryption key: <see cref="EncryptionParameters.KeyMaterialLength"/> octets.
    /// </param>
    public Aead(EncryptionParameters parameters, ReadOnlySpan<byte> keyAndSalt)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        ArgumentOutOfRangeException.ThrowIfNotEqual(keyAndSalt.Length, parameters.KeyMaterialLength, nameof(keyAndSalt));
        _context = new EvpAeadContext(parameters, keyAndSalt[..parameters.KeyLength]);
        _salt = MemoryMarshal.Read<uint>(keyAndSalt[parameters.KeyLength..]);
    }

    /// <summary>Encrypts and authenticates.</summary>
    /// <param name="iv">8 octets, never the same twice under one key.</param>
    /// <param name="associated">Authenticated only.</param>
    /// <param name="plaintext">May be empty.</param>
    /// <param name="ciphertext">As long as <paramref name="plaintext"/>; may be the same span.</param>
    /// <param name="icv">16 octets.</param>
    public void Seal(
        ReadOnlySpan<byte> iv, ReadOnlySpan<byte> associated, ReadOnlySpan<byte> plaintext, Span<byte> ciphertext, Span<byte> icv)
    {
        CheckLengths(iv, plaintext.Length, ciphertext.Length, icv);
        Span<byte> nonce = stackalloc byte[NonceLength];
        WriteNonce(iv, nonce);
        _context.Seal(nonce, associated, plaintext, ciphertext, icv);
    }

    /// <summary>Checks and decrypts; false when the ICV is wrong, and then <paramref name="plaintext"/> is zeroed.</summary>
    /// <param name="iv">8 octets.</param>
    /// <param name="associated">Authenticated only.</param>
    /// <param name="ciphertext">May be empty.</param>
    /// <param name="icv">16 octets.</param>
    /// <param name="plaintext">As long as <paramref name="ciphertext"/>; may be the same span.</param>
    public bool TryOpen(
        ReadOnlySpan<byte> iv, ReadOnlySpan<byte> associated, ReadOnlySpan<byte> ciphertext, ReadOnlySpan<byte> icv, Span<byte> plaintext)
    {
        CheckLengths(iv, ciphertext.Length, plaintext.Length, icv);
        Span<byte> nonce = stackalloc byte[NonceLength];
        WriteNonce(iv, nonce);
        if (_context.TryOpen(nonce, associated, ciphertext, icv, plaintext))
            return true;
        CryptographicOperations.ZeroMemory(plaintext);
        return false;
    }

    public void Dispose()
    {
        _context.Dispose();
        _salt = 0;
    }

    private static void CheckLengths(ReadOnlySpan<byte> iv, int input, int output, ReadOnlySpan<byte> icv)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(iv.Length, IvLength, nameof(iv));
        ArgumentOutOfRangeException.ThrowIfNotEqual(output, input, nameof(output));
        ArgumentOutOfRangeException.ThrowIfNotEqual(icv.Length, IcvLength, nameof(icv));
    }

    private void WriteNonce(ReadOnlySpan<byte> iv, Span<byte> nonce)
    {
        MemoryMarshal.Write(nonce, _salt);
        iv.CopyTo(nonce[SaltLength..]);
    }
}
