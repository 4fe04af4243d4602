using K8sPqTunnel.Lab.Peers;
using K8sPqTunnel.Lab.Roots;

namespace K8sPqTunnel.Interop.Tests.Matrix;

/// <summary>The peers of the matrix; another one is another line.</summary>
internal static class PeerKinds
{
    private const string ListAlgorithms = "swanctl --list-algs";
    private const string SelfTest = "ipsec pluto --selftest --nssdir /run/nss --logfile /run/selftest; cat /run/selftest";

    // pqc-auth is a draft: none of Debian's builds has it.
    private static readonly PeerLimit NoMlDsa = new("it has no ML-DSA", cell => cell.Proof.Keys == KeyKind.MlDsa65);

    private static readonly PeerLimit[] StrongSwanLimits =
    [
        NoMlDsa with
        {
            // It loads every key that lies there.
            Question = new(
                "openssl genpkey -algorithm ML-DSA-65 -out /etc/swanctl/private/question.pem; swanctl --load-creds; rm /etc/swanctl/private/question.pem",
                "question.pem", "loaded .* key from .*question.pem"),
        },
    ];

    private static readonly PeerLimit[] IkedLimits =
    [
        new("iked 7.4 rekeys by lifetimes only, it has no command for it", cell => cell.Rekey is Rekey.PeerChild or Rekey.PeerIke,
            new("ikectl nothing", "valid commands", "rekey")),
        new("iked 7.4 signs by RFC 7427 wherever the other end announces it", cell => cell.Proof.Signatures == SignatureScheme.Older),
        new("iked 7.4 ends when its key is of Ed25519", cell => cell.Proof.Keys == KeyKind.Ed25519),
        new("iked 7.4 has no setting for the size of fragments", cell => cell.SmallFragments,
            Parses("set fragmentation 576")),
        NoMlDsa,
    ];

    private static readonly PeerLimit[] LibreswanLimits =
    [
        new("libreswan 5.2 has no setting for the size of fragments", cell => cell.SmallFragments),
        new("libreswan 5.2 takes RSASSA-PSS only in signatures of RFC 7427", cell => cell.Proof.Signatures == SignatureScheme.Pkcs1),
        new("libreswan 5.2 makes and takes ECDSA by RFC 7427 only", cell => cell.Proof is { Signatures: SignatureScheme.Older, Keys: not KeyKind.Rsa }),
        new("libreswan 5.2 has no EdDSA (RFC 8420)", cell => cell.Proof.Keys == KeyKind.Ed25519, TakesAuthBy("eddsa")),
        NoMlDsa with { Question = TakesAuthBy("mldsa") },
    ];

    public static readonly PeerKind[] All =
    [
        new("strongSwan 6.1", LabRoots.StrongSwan, StrongSwanKeywords.Hybrid, StrongSwanAsync) { Limits = StrongSwanLimits, SignsAlike = true },
        new("strongSwan 6.0", LabRoots.ClassicalStrongSwan, StrongSwanKeywords.Classical, StrongSwanAsync)
        {
            Limits = StrongSwanLimits,
            SignsAlike = true,
            Questions = [("mlkem", new(ListAlgorithms, "CURVE_25519", "ML_KEM"))],
        },
        new("libreswan", LabRoots.Libreswan, LibreswanConf.Keywords, LibreswanAsync)
        {
            Limits = LibreswanLimits,
            Questions =
            [
                ("mlkem", new(SelfTest, "MODP3072", "ml_?kem")), ("x448", new(SelfTest, "MODP3072", "448|DH32")),
                ("bp", new(SelfTest, "MODP3072", "brainpool|DH28")), ("ke1_x", new(SelfTest, "MODP3072", "addke")),
            ],
            PingsLostAtRekey = 2,
        },
        new("iked", LabRoots.Iked, IkedConf.Keywords, IkedAsync)
        {
            ChildKeywords = IkedConf.ChildKeywords,
            Limits = IkedLimits,
            Questions =
            [
                ("mlkem", ParsesIke("group mlkem768x25519")), ("x448", ParsesIke("group curve448")),
                ("chacha", ParsesIke("enc chacha20-poly1305 prf hmac-sha2-256 group ecp256")),
            ],
            PingsLostAtRekey = 2,
        },
    ];

    private static PeerQuestion TakesAuthBy(string value) => new(
        $"printf 'conn question\\n\\tauthby={value}\\n' > /run/question; ipsec addconn --checkconfig --config /run/question; echo asked", "^asked", @"\Aasked");

    private static PeerQuestion ParsesIke(string transforms) =>
        Parses($"ikev2 esp from 10.0.0.0/8 to 172.16.0.0/12 peer 192.0.2.1 ikesa {transforms} psk question");

    private static PeerQuestion Parses(string configuration) => new(
        $"echo '{configuration}' > /run/question; chmod 600 /run/question; iked -n -f /run/question", "configuration OK|/run/question: *1:", "configuration OK");

    private static async Task<IPeer> StrongSwanAsync(PeerStart start)
    {
        StrongSwan peer = await StrongSwan.StartAsync(
            start.Root, start.Network.Remote, start.Connection.ToSwanctl(), start.Folder, start.Stop,
            new StrongSwanOptions { FragmentSize = start.FragmentSize, DigitalSignatures = !start.SignsAsBefore });
        return peer;
    }

    private static async Task<IPeer> LibreswanAsync(PeerStart start) =>
        await Libreswan.StartAsync(await start.BootAsync(), start.Connection, start.Stop);

    private static async Task<IPeer> IkedAsync(PeerStart start) => await Iked.StartAsync(await start.BootAsync(), start.Connection, start.Stop);
}
