namespace K8sPqTunnel.Api.Settings;

/// <summary>ID types of RFC 7296 3.5.</summary>
public enum IkeIdentityType : byte
{
    Ipv4Address = 1,
    Fqdn = 2,
    Rfc822Address = 3,
    Ipv6Address = 5,
    DistinguishedName = 9,
    KeyId = 11,
}
