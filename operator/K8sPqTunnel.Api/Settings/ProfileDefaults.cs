using K8sPqTunnel.Api.Resources;

namespace K8sPqTunnel.Api.Settings;

/// <summary>What a peer's profile fills in where the tunnel says nothing. <see cref="ProfileTable"/> has the rows.</summary>
public sealed record ProfileDefaults
{
    public required PeerProfile Profile { get; init; }

    /// <summary>The peer's product and versions, for people.</summary>
    public required string Product { get; init; }

    /// <summary>What the values rest on: an interop test of this project, or the vendor's documents.</summary>
    public required string Evidence { get; init; }

    /// <summary>IKE proposals with ML-KEM, best first.</summary>
    public required IReadOnlyList<string> Hybrid { get; init; }

    /// <summary>IKE proposals without ML-KEM, used by Preferred after the hybrid ones, and by Disabled.</summary>
    public required IReadOnlyList<string> Classical { get; init; }

    /// <summary>Child proposals. None has 64-bit sequence numbers (ESN): a user who wants them adds the keyword esn.</summary>
    public required IReadOnlyList<string> Child { get; init; }

    /// <summary>Of the IKE SA.</summary>
    public TimeSpan IkeLifetime { get; init; } = TimeSpan.FromHours(4);

    /// <summary>The ends prove themselves anew when the IKE SA gets old.</summary>
    public bool Reauthenticate { get; init; }

    /// <summary>Of the child SA.</summary>
    public TimeSpan ChildLifetime { get; init; } = TimeSpan.FromHours(1);

    /// <summary>Anti-replay window of the child SA in packets; 0 for a peer whose packets cannot keep to one (RFC 4303 3.4.3).</summary>
    public int ReplayWindow { get; init; } = 1024;

    /// <summary>How long an SA that has been replaced still receives, because the peer needs time to take up its successor.</summary>
    public TimeSpan SuccessorDelay { get; init; }

    /// <summary>PerPair for a peer that takes one pair of networks for each child SA only.</summary>
    public TrafficSelectors Selectors { get; init; } = TrafficSelectors.Combined;

    /// <summary>Largest IP packet of an IKE message in octets (RFC 7383 2.5.1).</summary>
    public int FragmentSize { get; init; } = 1280;

    /// <summary>RFC 3948 4: 20 s by default.</summary>
    public TimeSpan NatKeepalive { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>The peer's UDP port of the first message: 500, or 4500 (RFC 7296 2.23).</summary>
    public int StartPort { get; init; } = 500;

    /// <summary>An end that moves takes its SAs along (RFC 4555).</summary>
    public bool Mobike { get; init; } = true;

    /// <summary>Whether IKE and ESP may travel in TCP (RFC 9329).</summary>
    public TcpPolicy Tcp { get; init; } = TcpPolicy.Never;

    /// <summary>Goes where the peer sends us (RFC 5685).</summary>
    public bool FollowRedirects { get; init; }

    /// <summary>What TCP connections are told as their largest segment: Auto, Disabled or a number of octets.</summary>
    public string TcpMssClamp { get; init; } = "Auto";

    /// <summary>Silence after which the peer is asked for a sign of life (RFC 7296 2.4).</summary>
    public TimeSpan LivenessDelay { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Wait before the first repeat of a request.</summary>
    public TimeSpan LivenessTimeout { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Repeats before the peer counts as gone: with 1 s at first, growing by 1.8, that is 41 s.</summary>
    public int LivenessRepeats { get; init; } = 5;

    /// <summary>The peer proves itself by the address that it is reached at, so that a DNS name among the addresses cannot stand for its identity.</summary>
    public bool PeerIsItsAddress { get; init; }

    /// <summary>What has to be known about the peer, a sentence each: identities, settings on its side, what does not work.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>Every profile, Generic first.</summary>
    public static IReadOnlyList<ProfileDefaults> All => ProfileTable.Rows;

    /// <summary>The row of a profile.</summary>
    public static ProfileDefaults Of(PeerProfile profile) => ProfileTable.Rows.First(row => row.Profile == profile);

    /// <summary>The IKE proposals under a post-quantum policy.</summary>
    public IReadOnlyList<string> IkeProposals(KeyExchangePolicy policy) => policy switch
    {
        KeyExchangePolicy.Required => Hybrid,
        KeyExchangePolicy.Preferred => [.. Hybrid, .. Classical],
        _ => Classical,
    };

    /// <summary>The child proposals under a post-quantum policy.</summary>
    public IReadOnlyList<string> ChildProposals(KeyExchangePolicy policy) =>
        policy == KeyExchangePolicy.Disabled ? [ProfileTable.ClassicalChild] : Child;

    /// <summary>The row as a user would have to write it to get the same without the profile.</summary>
    public IpsecTunnelSpec ToSpec(KeyExchangePolicy policy) => new()
    {
        PostQuantum = new PostQuantumSpec { KeyExchange = policy },
        Ike = new IkeSpec { Proposals = IkeProposals(policy), Lifetime = Text(IkeLifetime), Reauthenticate = Reauthenticate },
        Child = new ChildSpec
        {
            Proposals = ChildProposals(policy),
            Lifetime = Text(ChildLifetime),
            ReplayWindow = ReplayWindow,
            SuccessorDelay = Text(SuccessorDelay),
        },
        Traffic = new TrafficSpec { Selectors = Selectors },
        Transport = new TransportSpec
        {
            FragmentSize = FragmentSize,
            NatKeepalive = Text(NatKeepalive),
            StartPort = StartPort,
            Mobike = Mobike,
            Tcp = Tcp,
            FollowRedirects = FollowRedirects,
        },
        Mtu = new MtuSpec { TcpMssClamp = TcpMssClamp },
        Liveness = new LivenessSpec { Delay = Text(LivenessDelay), Timeout = Text(LivenessTimeout), Repeats = LivenessRepeats },
    };

    private static string Text(TimeSpan value) => new Duration(value).ToString();
}
