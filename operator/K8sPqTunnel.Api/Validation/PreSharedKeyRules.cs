namespace K8sPqTunnel.Api.Validation;

/// <summary>What the octets of a pre-shared key must be; never shows them.</summary>
public static class PreSharedKeyRules
{
    /// <summary>The shortest key that is taken, in octets.</summary>
    public const int MinLength = 8;

    /// <summary>The longest key that is taken, in octets.</summary>
    public const int MaxLength = 1024;

    /// <summary>One sentence that says what is wrong, or null.</summary>
    public static string? Check(ReadOnlySpan<byte> key, string secret, string item)
    {
        if (key.IsEmpty)
            return $"Secret \"{secret}\" has an empty \"{item}\": put the pre-shared key there";
        if (key[^1] is (byte)'\n' or (byte)'\r')
        {
            return $"Secret \"{secret}\": \"{item}\" ends with a line break, which would count as part of the pre-shared key: "
                + "store it without (printf %s instead of echo)";
        }

        return key.Length is < MinLength or > MaxLength
            ? $"Secret \"{secret}\": \"{item}\" has {key.Length} octets; a pre-shared key has {MinLength} to {MaxLength} (32 random ones are best)"
            : null;
    }
}
