namespace K8sPqTunnel.Operator.Conditions;

/// <summary>A condition's reason is one CamelCase word (meta/v1 Condition), whoever names it.</summary>
internal static class CamelCase
{
    private const int MaxLength = 128;

    /// <summary>The word without what may not stand in one; <c>Failed</c> when nothing is left.</summary>
    public static string Of(string word)
    {
        string letters = new([.. word.Where(char.IsAsciiLetterOrDigit).SkipWhile(char.IsAsciiDigit).Take(MaxLength)]);
        return letters.Length == 0 ? "Failed" : char.ToUpperInvariant(letters[0]) + letters[1..];
    }
}
