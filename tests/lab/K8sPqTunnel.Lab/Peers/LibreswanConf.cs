using System.Globalization;

namespace K8sPqTunnel.Lab.Peers;

/// <summary>ipsec.conf and ipsec.secrets of libreswan 5.</summary>
public static class LibreswanConf
{
    internal const string ConnectionName = "peer";
    internal const string Nickname = "peer";

    /// <summary>Its algorithms in ipsec.conf(5)'s words; there is no ML-KEM before 5.4.</summary>
    public static PeerKeywords Keywords { get; } = new(new Dictionary<string, string>
    {
        ["aes128gcm16"] = "aes_gcm128", ["aes256gcm16"] = "aes_gcm256", ["chacha20poly1305"] = "chacha20_poly1305",
        ["aes128"] = "aes128", ["aes256"] = "aes256", ["sha256"] = "sha2_256", ["sha384"] = "sha2_384", ["sha512"] = "sha2_512",
        ["prfsha256"] = "sha2_256", ["prfsha384"] = "sha2_384", ["prfsha512"] = "sha2_512",
        ["ecp256"] = "dh19", ["ecp384"] = "dh20", ["ecp521"] = "dh21", ["x25519"] = "dh31",
        ["modp2048"] = "dh14", ["modp3072"] = "dh15", ["modp4096"] = "dh16",
    });

    // ike= and esp= are ENCRYPTION-INTEGRITY-PRF;GROUP; with one hash its name stands for integrity and PRF (ipsec.conf(5)).
    internal static string Ipsec(PeerConnection connection) => string.Create(CultureInfo.InvariantCulture, $"""
        config setup
        	nssdir=/run/nss
        	secretsfile=/lab/ipsec.secrets
        	uniqueids=yes
        {Redirect(connection)}
        conn {ConnectionName}
        	auto=add
        	keyexchange=ikev2
        	left={connection.LocalAddress}
        	leftid=@{connection.LocalId}
        	leftsubnet={connection.LocalNetwork}
        	right={connection.RemoteAddress}
        	rightid=@{connection.RemoteId}
        	rightsubnet={connection.RemoteNetwork}
        	ike={Keywords.Encryption(connection.IkeProposal)}-{Keywords.Prf(connection.IkeProposal)};{Keywords.KeyExchange(connection.IkeProposal)}
        	esp={Esp(connection.EspProposal)}
        	pfs={(Keywords.KeyExchange(connection.EspProposal) is null ? "no" : "yes")}
        	esn=no
        	fragmentation=yes
        	mobike=no
        {Authentication(connection)}

        """);

    internal static string Secrets(PeerConnection connection) =>
        connection.Credentials is null ? $"@{connection.LocalId} @{connection.RemoteId} : PSK \"{connection.Psk}\"\n" : "";

    private static string Esp(string proposal)
    {
        string algorithms = string.Join('-', new[] { Keywords.Encryption(proposal), Keywords.Integrity(proposal) }.OfType<string>());
        return Keywords.KeyExchange(proposal) is { } group ? $"{algorithms};{group}" : algorithms;
    }

    private static string Redirect(PeerConnection connection) =>
        connection.RedirectTo is { } gateway ? $"\tglobal-redirect=yes\n\tglobal-redirect-to={gateway}" : "";

    private static string Authentication(PeerConnection connection) => connection.Credentials switch
    {
        null => "\tauthby=secret",
        { Kind: KeyKind.Rsa } => $"\tauthby={(connection.Signatures == SignatureScheme.Older ? "rsa-sha1" : "rsa-sha2")}\n\tleftcert={Nickname}\n\tleftsendcert=always",
        _ => $"\tauthby=ecdsa\n\tleftcert={Nickname}\n\tleftsendcert=always",
    };
}
