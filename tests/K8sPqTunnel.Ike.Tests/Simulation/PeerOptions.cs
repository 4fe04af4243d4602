using System.Net;
using K8sPqTunnel.Ike.Authentication;
using K8sPqTunnel.Ike.Authentication.Signatures;
using K8sPqTunnel.Ike.Children;
using K8sPqTunnel.Ike.Crypto;
using K8sPqTunnel.Ike.Negotiation;
using K8sPqTunnel.Ike.Sessions;
using K8sPqTunnel.Ike.Testing.Certificates;
using K8sPqTunnel.Ike.Wire;

namespace K8sPqTunnel.Ike.Tests.Simulation;

/// <summary>How the simulated responder behaves.</summary>
internal sealed record PeerOptions
{
    public byte[] Psk { get; init; } = "a pre-shared key of the tests"u8.ToArray();

    /// <summary>What it signs with; null for the pre-shared key.</summary>
    public TestCertificate? Certificate { get; init; }

    /// <summary>It wants a signature and a certificate of ours, not the pre-shared key.</summary>
    public bool WantsCertificate { get; init; }

    /// <summary>The hash functions that it announces (RFC 7427 4); null: that RFC is unknown to it.</summary>
    public SignatureHashes? Hashes { get; init; }

    /// <summary>How its RSA key signs; with <see cref="RsaSignature.Sha1"/> it knows method 1 only.</summary>
    public RsaSignature RsaSignature { get; init; }

    /// <summary>The authorities that it asks for certificates of (RFC 7296 3.7).</summary>
    public IReadOnlyList<ReadOnlyMemory<byte>>? AsksFor { get; init; }

    /// <summary>Takes the place of its CERT payloads.</summary>
    public Action<PayloadWriter>? WriteCertificates { get; init; }

    public string Id { get; init; } = "peer.test.example";

    /// <summary>Leaves additional key exchanges out of its choice.</summary>
    public bool ClassicalOnly { get; init; }

    /// <summary>The method it wants in IKE_SA_INIT; null takes whatever comes.</summary>
    public KeyExchangeMethod? WantsMethod { get; init; }

    /// <summary>How often it asks for a cookie before it goes on.</summary>
    public int CookieRounds { get; init; }

    public int FragmentIpSize { get; init; } = 1280;

    public bool SupportsFragmentation { get; init; } = true;

    public bool AnnouncesIntermediate { get; init; } = true;

    /// <summary>Announces that it takes an IKE_AUTH without a child, as strongSwan does unasked.</summary>
    public bool TakesChildless { get; init; } = true;

    public bool FullTranscript { get; init; }

    /// <summary>How it mixes a postquantum preshared key in, if it is asked for that.</summary>
    public PpkUse PpkUse { get; init; }

    /// <summary>The ID of the one that it has.</summary>
    public string PpkId { get; init; } = "ppk-1";

    public byte[] Ppk { get; init; } = "a postquantum preshared key     "u8.ToArray();

    /// <summary>Answers INFORMATIONAL with this error only.</summary>
    public NotifyType? LivenessError { get; init; }

    /// <summary>Takes any proof of the initiator's.</summary>
    public bool TrustsAnybody { get; init; }

    /// <summary>Sends whoever comes here first there (RFC 5685).</summary>
    public IPAddress? RedirectTo { get; init; }

    /// <summary>It names the gateway in place of its address.</summary>
    public string? RedirectToName { get; init; }

    /// <summary>With IKE_AUTH, instead of with IKE_SA_INIT.</summary>
    public bool RedirectsInAuth { get; init; }

    /// <summary>Sends those away too who were sent here.</summary>
    public bool RedirectsAlways { get; init; }

    /// <summary>Does not know the nonce, as a stranger would not.</summary>
    public bool RedirectForgesNonce { get; init; }

    /// <summary>Answers IKE_SA_INIT with this error only.</summary>
    public NotifyType? InitError { get; init; }

    /// <summary>Answers IKE_INTERMEDIATE with this error only.</summary>
    public NotifyType? IntermediateError { get; init; }

    /// <summary>Accepts the IKE SA, but answers IKE_AUTH with one payload of this type only.</summary>
    public PayloadType? InsteadOfProof { get; init; }

    /// <summary>Accepts the IKE SA, but refuses the child with this error.</summary>
    public NotifyType? ChildError { get; init; }

    /// <summary>Changes the choice of IKE transforms before it is sent.</summary>
    public Func<IReadOnlyList<Transform>, IReadOnlyList<Transform>> Choose { get; init; } = offered => offered;

    /// <summary>Cuts the key data of its KE payloads short.</summary>
    public bool TruncatesKeys { get; init; }

    /// <summary>Narrows our side's and its side's selectors.</summary>
    public Func<IReadOnlyList<TrafficSelector>, IReadOnlyList<TrafficSelector>> Narrow { get; init; } = selectors => selectors;
}
