using System.Security.Cryptography;
using K8sPqTunnel.Api.Resources;

namespace K8sPqTunnel.Api.Validation;

/// <summary>What the octets of a pre-shared key must be; never shows them.</summary>
public static class PreSharedKeyRules
{
    /// <summary>The shortest key that is taken, in octets.</summary>
    public const int MinLength = 8;

    /// <summary>The longest key that is taken, in octets.</summary>
    public const int MaxLength = 1024;

    /// <summary>The longest value of a Secret that can hold a key: hexadecimal digits of the longest one, a prefix and a line break.</summary>
    public const int MaxValueLength = (2 * MaxLength) + 4;

    /// <summary>What is wrong with a Secret's value.</summary>
    /// <param name="value">As it stands in the Secret.</param>
    /// <param name="encoding">How the tunnel wants it read; null where it does not say.</param>
    public static PreSharedKeyFinding Find(ReadOnlySpan<byte> value, PskEncoding? encoding)
    {
        if (value.IsEmpty)
            return new PreSharedKeyFinding(PreSharedKeyFlaw.Empty, 0);
        if (value.Length > MaxValueLength)
            return new PreSharedKeyFinding(PreSharedKeyFlaw.Length, value.Length);
        if (encoding is null && PreSharedKeyText.LooksEncoded(value))
            return new PreSharedKeyFinding(PreSharedKeyFlaw.Ambiguous, value.Length);

        byte[] key = new byte[value.Length];
        try
        {
            return PreSharedKeyText.TryDecode(value, encoding, key, out int length)
                ? new PreSharedKeyFinding(FlawOf(key.AsSpan(0, length), encoding), length)
                : new PreSharedKeyFinding(encoding == PskEncoding.Hex ? PreSharedKeyFlaw.NotHex : PreSharedKeyFlaw.NotBase64, value.Length);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(key);
        }
    }

    /// <summary>The sentence for what was found, or null for nothing wrong.</summary>
    /// <param name="finding">What was found.</param>
    /// <param name="secret">The Secret's name.</param>
    /// <param name="item">The key's name in the Secret.</param>
    /// <param name="field">What names the Secret, for example <c>spec.authentication.psk</c>.</param>
    public static string? Describe(PreSharedKeyFinding finding, string secret, string item, string field) => finding.Flaw switch
    {
        PreSharedKeyFlaw.Empty => $"Secret \"{secret}\" has an empty \"{item}\": put the pre-shared key there",
        PreSharedKeyFlaw.LineBreak => $"Secret \"{secret}\": \"{item}\" ends with a line break, which would count as part of the "
            + "pre-shared key: store it without (printf %s instead of echo)",
        PreSharedKeyFlaw.Length => $"Secret \"{secret}\": \"{item}\" has {finding.Length} octets; a pre-shared key has {MinLength} to {MaxLength} "
            + "(32 random ones are best)",
        PreSharedKeyFlaw.Ambiguous => $"Secret \"{secret}\": \"{item}\" begins with 0x or 0s, which strongSwan decodes: set "
            + $"{field}.encoding to Hex or Base64 where the peer does, or to Text where it takes the characters as they are",
        PreSharedKeyFlaw.NotHex => $"Secret \"{secret}\": \"{item}\" is not hexadecimal, but {field}.encoding is Hex: store an even "
            + "number of digits 0-9 and a-f, or set Text",
        PreSharedKeyFlaw.NotBase64 => $"Secret \"{secret}\": \"{item}\" is not base64, but {field}.encoding is Base64: store what "
            + "`openssl rand -base64 32` prints, or set Text",
        _ => null,
    };

    private static PreSharedKeyFlaw FlawOf(ReadOnlySpan<byte> key, PskEncoding? encoding) => key switch
    {
        [] => PreSharedKeyFlaw.Empty,
        [.., (byte)'\n' or (byte)'\r'] when encoding is null or PskEncoding.Text => PreSharedKeyFlaw.LineBreak,
        { Length: < MinLength or > MaxLength } => PreSharedKeyFlaw.Length,
        _ => PreSharedKeyFlaw.None,
    };
}
