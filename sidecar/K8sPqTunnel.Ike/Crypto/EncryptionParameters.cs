using System.Diagnostics.CodeAnalysis;

namespace K8sPqTunnel.Ike.Crypto;

/// <summary>One encryption algorithm at one key length: a row of <see cref="All"/>. Lengths in octets.</summary>
/// <param name="Id">Transform ID.</param>
/// <param name="KeyLength">The cipher's key without salt.</param>
/// <param name="SaltLength">Octets of salt after the key in SK_e or KEYMAT (RFC 4106 8.1, RFC 5282 7.1, RFC 7634 2); 0 for CBC.</param>
/// <param name="IvLength">The IV that each message or packet carries.</param>
/// <param name="BlockLength">Plaintext with padding is a multiple of it.</param>
/// <param name="IcvLength">The AEAD's tag; 0 where an <see cref="IntegrityId"/> makes the ICV.</param>
/// <param name="Keyword">strongSwan's proposal keyword.</param>
public sealed record EncryptionParameters(
    EncryptionId Id, int KeyLength, int SaltLength, int IvLength, int BlockLength, int IcvLength, string Keyword)
{
    private static readonly EncryptionParameters[] Rows =
    [
        new(EncryptionId.AesGcm16, 32, 4, 8, 1, 16, "aes256gcm16"),
        new(EncryptionId.AesGcm16, 24, 4, 8, 1, 16, "aes192gcm16"),
        new(EncryptionId.AesGcm16, 16, 4, 8, 1, 16, "aes128gcm16"),
        new(EncryptionId.ChaCha20Poly1305, 32, 4, 8, 1, 16, "chacha20poly1305"),
        new(EncryptionId.AesCbc, 32, 0, 16, 16, 0, "aes256"),
        new(EncryptionId.AesCbc, 24, 0, 16, 16, 0, "aes192"),
        new(EncryptionId.AesCbc, 16, 0, 16, 16, 0, "aes128"),
    ];

    /// <summary>What we can do.</summary>
    public static IReadOnlyList<EncryptionParameters> All => Rows;

    /// <summary>Encrypts and authenticates at once, so that no integrity algorithm stands beside it.</summary>
    public bool IsAead => IcvLength > 0;

    /// <summary>What SK_ei, SK_er or a child's encryption key takes from the key stream: key and salt.</summary>
    public int KeyMaterialLength => KeyLength + SaltLength;

    /// <summary>The Key Length attribute in bits; 0 where the transform carries none, having only one length (RFC 7634 3).</summary>
    public int KeyLengthAttribute => Id == EncryptionId.ChaCha20Poly1305 ? 0 : KeyLength * 8;

    /// <summary>The row for a transform as it stands on the wire.</summary>
    /// <param name="id">Transform ID.</param>
    /// <param name="keyLengthAttribute">Value of the Key Length attribute in bits, 0 if absent.</param>
    /// <param name="parameters">The row, if we can do it.</param>
    public static bool TryFind(EncryptionId id, int keyLengthAttribute, [NotNullWhen(true)] out EncryptionParameters? parameters)
    {
        foreach (EncryptionParameters row in Rows)
        {
            if (row.Id != id || row.KeyLengthAttribute != keyLengthAttribute)
                continue;
            parameters = row;
            return true;
        }

        parameters = null;
        return false;
    }
}
