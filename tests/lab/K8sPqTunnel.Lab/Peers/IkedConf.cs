namespace K8sPqTunnel.Lab.Peers;

/// <summary>iked.conf of OpenBSD's iked.</summary>
public static class IkedConf
{
    /// <summary>Its algorithms in iked.conf(5)'s words; its only post-quantum group is a private one.</summary>
    public static PeerKeywords Keywords { get; } = new(new Dictionary<string, string>
    {
        ["aes128gcm16"] = "aes-128-gcm", ["aes256gcm16"] = "aes-256-gcm", ["aes128"] = "aes-128", ["aes256"] = "aes-256",
        ["sha256"] = "hmac-sha2-256", ["sha384"] = "hmac-sha2-384", ["sha512"] = "hmac-sha2-512",
        ["prfsha256"] = "hmac-sha2-256", ["prfsha384"] = "hmac-sha2-384", ["prfsha512"] = "hmac-sha2-512",
        ["ecp256"] = "ecp256", ["ecp384"] = "ecp384", ["ecp521"] = "ecp521", ["x25519"] = "curve25519",
        ["ecp256bp"] = "brainpool256", ["ecp384bp"] = "brainpool384",
        ["modp2048"] = "modp2048", ["modp3072"] = "modp3072", ["modp4096"] = "modp4096",
    });

    /// <summary>Those for child SAs: the PF_KEY of Linux takes no AEAD and no SHA-256 from it.</summary>
    public static PeerKeywords ChildKeywords { get; } = new(new Dictionary<string, string>
    {
        ["aes128"] = "aes-128", ["aes256"] = "aes-256", ["sha384"] = "hmac-sha2-384", ["sha512"] = "hmac-sha2-512",
        ["ecp256"] = "ecp256", ["ecp384"] = "ecp384", ["ecp521"] = "ecp521", ["x25519"] = "curve25519",
        ["ecp256bp"] = "brainpool256", ["ecp384bp"] = "brainpool384",
        ["modp2048"] = "modp2048", ["modp3072"] = "modp3072", ["modp4096"] = "modp4096",
    });

    /// <param name="connection">The tunnel.</param>
    /// <param name="active">It begins by itself.</param>
    internal static string Write(PeerConnection connection, bool active) => $"""
        set nomobike
        set fragmentation
        ikev2 "peer" {(active ? "active" : "passive")} esp from {connection.LocalNetwork} to {connection.RemoteNetwork} \
          local {connection.LocalAddress} peer {(connection.RemoteAddress == "%any" ? "any" : connection.RemoteAddress)} \
          ikesa {Transforms(connection.IkeProposal)} \
          childsa {Transforms(connection.EspProposal)} noesn \
          srcid {connection.LocalId} dstid {connection.RemoteId} \
          {(connection.Credentials is null ? $"psk \"{connection.Psk}\"" : "rfc7427")}

        """;

    private static string Transforms(string proposal) => string.Join(' ', new[]
    {
        Word("enc", Keywords.Encryption(proposal)), Word("auth", Keywords.Integrity(proposal)),
        Word("prf", Keywords.Prf(proposal)), Word("group", Keywords.KeyExchange(proposal)),
    }.OfType<string>());

    private static string? Word(string kind, string? value) => value is null ? null : $"{kind} {value}";
}
