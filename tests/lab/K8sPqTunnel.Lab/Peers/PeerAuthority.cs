using K8sPqTunnel.Lab.Networks;
using K8sPqTunnel.Lab.Processes;

namespace K8sPqTunnel.Lab.Peers;

/// <summary>A certificate authority for IKE identities, made with openssl(1): .NET has no Ed25519.</summary>
public sealed class PeerAuthority
{
    private static readonly Dictionary<KeyKind, string[]> KeyOptions = new()
    {
        [KeyKind.Rsa] = ["-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:3072"],
        [KeyKind.Ecdsa256] = ["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256"],
        [KeyKind.Ecdsa384] = ["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-384"],
        [KeyKind.Ed25519] = ["-algorithm", "ED25519"],
        [KeyKind.MlDsa65] = ["-algorithm", "ML-DSA-65"],
    };

    private const string Folder = "/root";
    private readonly KeyKind _kind;
    private readonly Site _site;

    private PeerAuthority(KeyKind kind, Site site)
    {
        _kind = kind;
        _site = site;
    }

    /// <summary>Makes an authority with keys of a kind.</summary>
    /// <param name="kind">Of its own key and of those that it certifies.</param>
    /// <param name="site">Where openssl runs; its scratch folder keeps the keys as long as the site lives.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static async Task<PeerAuthority> CreateAsync(KeyKind kind, Site site, CancellationToken cancellationToken)
    {
        var authority = new PeerAuthority(kind, site);
        await authority.KeyAsync(authority.File("ca", "key"), cancellationToken);
        await authority.OpenSslAsync(["req", "-x509", "-new", "-key", authority.File("ca", "key"), "-out", authority.File("ca", "pem"),
            "-subj", $"/CN=Lab {kind}", "-days", "30",
            "-addext", "basicConstraints=critical,CA:TRUE", "-addext", "keyUsage=critical,keyCertSign,cRLSign"], cancellationToken);
        return authority;
    }

    /// <summary>Certifies a new key for a DNS name.</summary>
    public async Task<PeerCredentials> IssueAsync(string name, CancellationToken cancellationToken)
    {
        await KeyAsync(File(name, "key"), cancellationToken);
        await OpenSslAsync(["req", "-x509", "-new", "-key", File(name, "key"), "-out", File(name, "pem"),
            "-CA", File("ca", "pem"), "-CAkey", File("ca", "key"), "-subj", $"/CN={name}", "-days", "30",
            "-addext", $"subjectAltName=DNS:{name}", "-addext", "basicConstraints=critical,CA:FALSE",
            "-addext", "keyUsage=critical,digitalSignature"], cancellationToken);
        return new PeerCredentials(
            _kind, await ReadAsync(File("ca", "pem"), cancellationToken), await ReadAsync(File(name, "pem"), cancellationToken),
            await ReadAsync(File(name, "key"), cancellationToken));
    }

    private string File(string name, string ending) => $"{Folder}/{_kind}-{name}.{ending}";

    private Task KeyAsync(string file, CancellationToken cancellationToken) =>
        OpenSslAsync(["genpkey", .. KeyOptions[_kind], "-out", file], cancellationToken);

    private async Task OpenSslAsync(string[] arguments, CancellationToken cancellationToken) =>
        (await _site.RunAsync(new Command("openssl", arguments), cancellationToken)).EnsureSuccess();

    private async Task<string> ReadAsync(string file, CancellationToken cancellationToken) =>
        (await _site.RunAsync(new Command("cat", file), cancellationToken)).EnsureSuccess().Output;
}
