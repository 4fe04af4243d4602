namespace K8sPqTunnel.Ike;

/// <summary>ID types (RFC 7296 3.5).</summary>
public enum IdentityType : byte
{
    Ipv4Address = 1,
    Fqdn = 2,
    Rfc822Address = 3,
    Ipv6Address = 5,

    /// <summary>An X.501 name in DER.</summary>
    DistinguishedName = 9,

    /// <summary>Octets that only the two ends understand.</summary>
    KeyId = 11,
}
