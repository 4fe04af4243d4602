using System.Text;
using K8sPqTunnel.Ike.Authentication.Certificates;

namespace K8sPqTunnel.Ike.Authentication;

/// <summary>
/// Whether a peer's identity is the one that is expected, which may have a wildcard: <c>*.example.net</c>, <c>*@example.net</c>,
/// a distinguished name with <c>*</c> as the value of some parts.
/// </summary>
internal static class IdentityRule
{
    public static bool HasWildcard(IkeIdentity expected) => expected.Type switch
    {
        IdentityType.Fqdn => expected.Data.StartsWith("*."u8),
        IdentityType.Rfc822Address => expected.Data.StartsWith("*@"u8),
        IdentityType.DistinguishedName => DistinguishedName.Read(expected.Data) is { HasWildcard: true },
        _ => false,
    };

    /// <param name="actual">What the peer says it is; a star there is a star and nothing more.</param>
    public static bool Matches(IkeIdentity expected, IkeIdentity actual)
    {
        if (expected.Type != actual.Type)
            return false;
        switch (expected.Type)
        {
            case IdentityType.Fqdn or IdentityType.Rfc822Address when HasWildcard(expected):
                ReadOnlySpan<byte> suffix = expected.Data[1..];
                return actual.Data.Length > suffix.Length
                    && Ascii.EqualsIgnoreCase(actual.Data[^suffix.Length..], suffix)
                    && actual.Data[..^suffix.Length].IndexOfAny((byte)'*', (byte)'@') < 0;
            case IdentityType.Fqdn or IdentityType.Rfc822Address:
                return Ascii.EqualsIgnoreCase(expected.Data, actual.Data);
            case IdentityType.DistinguishedName:
                return DistinguishedName.Read(expected.Data) is { } pattern
                    && DistinguishedName.Read(actual.Data) is { } name
                    && pattern.Matches(name);
            default:
                return expected.Equals(actual);
        }
    }
}
