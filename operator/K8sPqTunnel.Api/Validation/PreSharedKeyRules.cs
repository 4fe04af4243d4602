namespace K8sPqTunnel.Api.Validation;

/// <summary>What the octets of a pre-shared key must be; never shows them.</summary>
public static class PreSharedKeyRules
{
    /// <summary>The shortest key that is taken, in octets.</summary>
    public const int MinLength = 8;

    /// <summary>The longest key that is taken, in octets.</summary>
    public const int MaxLength = 1024;

    /// <summary>What is wrong with a key.</summary>
    public static PreSharedKeyFlaw Find(ReadOnlySpan<byte> key) => key switch
    {
        [] => PreSharedKeyFlaw.Empty,
        [.., (byte)'\n' or (byte)'\r'] => PreSharedKeyFlaw.LineBreak,
        { Length: < MinLength or > MaxLength } => PreSharedKeyFlaw.Length,
        _ => PreSharedKeyFlaw.None,
    };

    /// <summary>One sentence that says what is wrong, or null.</summary>
    public static string? Check(ReadOnlySpan<byte> key, string secret, string item) => Describe(Find(key), key.Length, secret, item);

    /// <summary>The sentence for a flaw that was found, or null for none.</summary>
    /// <param name="flaw">What was found.</param>
    /// <param name="length">The key's length in octets.</param>
    /// <param name="secret">The Secret's name.</param>
    /// <param name="item">The key's name in the Secret.</param>
    public static string? Describe(PreSharedKeyFlaw flaw, int length, string secret, string item) => flaw switch
    {
        PreSharedKeyFlaw.Empty => $"Secret \"{secret}\" has an empty \"{item}\": put the pre-shared key there",
        PreSharedKeyFlaw.LineBreak => $"Secret \"{secret}\": \"{item}\" ends with a line break, which would count as part of the "
            + "pre-shared key: store it without (printf %s instead of echo)",
        PreSharedKeyFlaw.Length => $"Secret \"{secret}\": \"{item}\" has {length} octets; a pre-shared key has {MinLength} to {MaxLength} "
            + "(32 random ones are best)",
        _ => null,
    };
}
