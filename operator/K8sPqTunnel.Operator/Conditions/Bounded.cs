namespace K8sPqTunnel.Operator.Conditions;

/// <summary>Keeps what a daemon says short enough for a status, and free of control characters.</summary>
internal static class Bounded
{
    private const int MaxText = 1024;

    /// <summary>How many entries of a list are kept.</summary>
    public const int MaxEntries = 32;

    public static string Text(string text)
    {
        string cut = text.Length <= MaxText ? text : text[..MaxText];
        return cut.Any(char.IsControl) ? string.Concat(cut.Select(c => char.IsControl(c) ? ' ' : c)) : cut;
    }

    /// <summary>The text, or null for an empty one.</summary>
    public static string? OrNull(string text) => text.Length == 0 ? null : Text(text);

    public static string[] List(IEnumerable<string> texts) => [.. texts.Take(MaxEntries).Select(Text)];
}
