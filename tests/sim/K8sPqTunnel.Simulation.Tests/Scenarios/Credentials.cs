using K8sPqTunnel.Ike;
using K8sPqTunnel.Ike.Authentication;
using K8sPqTunnel.Ike.Authentication.Certificates;
using K8sPqTunnel.Ike.Authentication.Signatures;
using K8sPqTunnel.Ike.Testing.Certificates;

namespace K8sPqTunnel.Simulation.Tests.Scenarios;

/// <summary>Certificates of both ends, and who vouches for them. Made once: keys take longer than a run.</summary>
internal sealed class Credentials
{
    private static readonly TestCertificate Root = TestCertificate.Root();
    private static readonly TestCertificate Stranger = TestCertificate.Root(name: "CN=another root,O=Test");
    private static readonly TrustAnchors Anchors = Root.Anchors();

    private readonly LocalCertificate _left;
    private readonly LocalCertificate _right;

    private Credentials(TestCertificate issuer, KeyKind kind)
    {
        _left = issuer.Issue("left.test.example", kind).Credential();
        _right = issuer.Issue("right.test.example", kind).Credential();
    }

    /// <summary>From the authority that both trust, a key of one kind each.</summary>
    public static IReadOnlyDictionary<KeyKind, Credentials> OfKind { get; } =
        Enum.GetValues<KeyKind>().Where(kind => kind != KeyKind.RsaPss).ToDictionary(kind => kind, kind => new Credentials(Root, kind));

    /// <summary>From an authority below that one.</summary>
    public static Credentials Chained { get; } = new(Root.Intermediate(), KeyKind.EcdsaP256);

    /// <summary>From an authority that nobody trusts.</summary>
    public static Credentials Untrusted { get; } = new(Stranger, KeyKind.EcdsaP256);

    /// <summary>Both ends sign.</summary>
    public AuthenticationConfig Of(bool isLeft) => new(isLeft ? _left : _right, new PeerCertificate(Anchors));

    /// <summary>The right end signs, the left has a pre-shared key.</summary>
    public AuthenticationConfig OfRightAlone(bool isLeft, AuthenticationConfig keys) =>
        isLeft ? keys with { Remote = new PeerCertificate(Anchors) } : keys with { Local = _right };

    /// <summary>The subject of an end's certificate.</summary>
    public IkeIdentity Subject(bool isLeft) =>
        new(IdentityType.DistinguishedName, (isLeft ? _left : _right).Chain.Leaf.SubjectName.RawData);
}
