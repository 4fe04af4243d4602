namespace K8sPqTunnel.Api.Settings;

/// <summary>Checks DNS names (RFC 1123 2.1).</summary>
internal static class DnsName
{
    private const int MaxName = 253;
    private const int MaxLabel = 63;

    public static bool IsValid(string text)
    {
        if (text.Length is 0 or > MaxName)
            return false;
        string[] labels = text.Split('.');
        // A last label of digits is a mistyped IPv4 address, never a name.
        return labels.All(IsLabel) && !labels[^1].All(char.IsAsciiDigit);
    }

    private static bool IsLabel(string label) =>
        label.Length is > 0 and <= MaxLabel && label[0] != '-' && label[^1] != '-'
        && label.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_');
}
