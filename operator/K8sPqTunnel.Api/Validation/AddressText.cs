using System.Diagnostics.CodeAnalysis;
using System.Net;

namespace K8sPqTunnel.Api.Validation;

/// <summary>Reads IP addresses in their usual form.</summary>
internal static class AddressText
{
    public static bool TryParse(string text, [NotNullWhen(true)] out IPAddress? address) =>
        // IPAddress takes short forms such as "10.1"; only the form that it prints itself is meant as an address here.
        IPAddress.TryParse(text, out address) && (text.Contains(':') || text == address.ToString());
}
