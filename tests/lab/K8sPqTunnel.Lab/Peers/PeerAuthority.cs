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
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(15);
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
    public async Task<PeerCredentials> IssueAsync(string name, CancellationToken cancellationToken, CertificateOptions? options = null)
    {
        string[] validity = options is { HasExpired: true } ? ["-not_before", "20250101000000Z", "-not_after", "20250201000000Z"] : ["-days", "30"];
        string[] responder = options?.OcspResponder is { } url ? ["-addext", $"authorityInfoAccess=OCSP;URI:{url}"] : [];
        await KeyAsync(File(name, "key"), cancellationToken);
        await OpenSslAsync(["req", "-x509", "-new", "-key", File(name, "key"), "-out", File(name, "pem"),
            "-CA", File("ca", "pem"), "-CAkey", File("ca", "key"), "-subj", $"/CN={name}", .. validity, .. responder,
            "-addext", $"subjectAltName=DNS:{name}", "-addext", "basicConstraints=critical,CA:FALSE",
            "-addext", "keyUsage=critical,digitalSignature"], cancellationToken);
        return new PeerCredentials(
            _kind, await ReadAsync(File("ca", "pem"), cancellationToken), await ReadAsync(File(name, "pem"), cancellationToken),
            await ReadAsync(File(name, "key"), cancellationToken));
    }

    /// <summary>Starts an OCSP responder (RFC 6960) that knows of one certificate.</summary>
    /// <param name="address">Where it listens, in the site.</param>
    /// <param name="name">Of the certificate.</param>
    public async Task<RunningCommand> AnswerOcspAsync(Uri address, string name, bool isRevoked, CancellationToken cancellationToken)
    {
        string serial = (await _site.RunAsync(new Command("openssl", "x509", "-in", File(name, "pem"), "-noout", "-serial"), cancellationToken))
            .EnsureSuccess().Output.Trim()["serial=".Length..];
        // openssl-ca(1)'s database: status, expiry, time of revocation, serial number, file, subject.
        string line = $"{(isRevoked ? "R" : "V")}\t350101000000Z\t{(isRevoked ? "250101000000Z" : "")}\t{serial}\tunknown\t/CN={name}\n";
        (await _site.RunAsync(new Command("tee", File(name, "index")) { Input = line }, cancellationToken)).EnsureSuccess();
        RunningCommand responder = await _site.Tools.StartAsync(new Command("openssl", "ocsp", "-index", File(name, "index"), "-port", $"{address.Port}",
            "-rsigner", File("ca", "pem"), "-rkey", File("ca", "key"), "-CA", File("ca", "pem")));
        await Wait.UntilAsync("the OCSP responder listens", async () => (await _site.RunAsync(new Command("ss", "-Hltn", $"sport = :{address.Port}"), cancellationToken))
            .EnsureSuccess().Output.Length > 0, StartLimit, cancellationToken);
        return responder;
    }

    private string File(string name, string ending) => $"{Folder}/{_kind}-{name}.{ending}";

    private Task KeyAsync(string file, CancellationToken cancellationToken) =>
        OpenSslAsync(["genpkey", .. KeyOptions[_kind], "-out", file], cancellationToken);

    private async Task OpenSslAsync(string[] arguments, CancellationToken cancellationToken) =>
        (await _site.RunAsync(new Command("openssl", arguments), cancellationToken)).EnsureSuccess();

    private async Task<string> ReadAsync(string file, CancellationToken cancellationToken) =>
        (await _site.RunAsync(new Command("cat", file), cancellationToken)).EnsureSuccess().Output;
}
