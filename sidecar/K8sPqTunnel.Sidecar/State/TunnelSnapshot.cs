namespace K8sPqTunnel.Sidecar.State;

/// <summary>A tunnel at one moment: what `pqtunnel status --json` prints and the operator is told.</summary>
public sealed record TunnelSnapshot
{
    public required string Namespace { get; init; }

    public required string Name { get; init; }

    public TunnelPhase Phase { get; init; }

    /// <summary>When <see cref="Phase"/> was entered.</summary>
    public DateTimeOffset Since { get; init; }

    /// <summary>The peer's address and port in use.</summary>
    public string? Peer { get; init; }

    /// <summary>Who has an IKE SA with us: one at most, or where spec.peer names no address, any number; the newest last.</summary>
    public IReadOnlyList<PeerSnapshot> Peers { get; init; } = [];

    /// <summary>Our address and port in use.</summary>
    public string? Local { get; init; }

    /// <summary>How IKE and ESP travel to the peer; null before the first IKE SA.</summary>
    public OuterTransport? Transport { get; init; }

    /// <summary>How often an SA has followed an end, or a NAT between them, to another address or port since the process started.</summary>
    public long Moves { get; init; }

    public IkeSaSnapshot? Ike { get; init; }

    public IReadOnlyList<ChildSaSnapshot> Children { get; init; } = [];

    /// <summary>The rekeys since the process started, by kind, outcome and who began.</summary>
    public IReadOnlyList<RekeyCount> Rekeys { get; init; } = [];

    /// <summary>How long it took to bring IKE SAs up since the process started, as initiator and as responder; not those that replace another.</summary>
    public DurationHistogram Handshakes { get; init; } = DurationHistogram.Empty;

    /// <summary>IKE requests that were sent again since the process started, because no answer had come.</summary>
    public long Retransmissions { get; init; }

    /// <summary>When the last rekey of either kind succeeded.</summary>
    public DateTimeOffset? LastRekeyAt { get; init; }

    /// <summary>When our certificate, or one of the authorities sent with it, expires; null without one.</summary>
    public DateTimeOffset? CertificateExpiresAt { get; init; }

    /// <summary>How often other keys or certificates were taken up while the tunnel ran.</summary>
    public long CredentialChanges { get; init; }

    /// <summary>A peer may still prove itself with the pre-shared key before the present one.</summary>
    public bool FormerKeyTaken { get; init; }

    /// <summary>What encrypts the packets: Userspace or Xfrm.</summary>
    public string? Dataplane { get; init; }

    /// <summary>Why spec.dataplane: Auto did not take the kernel's ESP, in words; null where it did, and where nobody asked.</summary>
    public string? WhyNotXfrm { get; init; }

    /// <summary>Null where spec.child.hardwareOffload does not ask for it, and before the first child SA.</summary>
    public OffloadSnapshot? Offload { get; init; }

    public string? Interface { get; init; }

    /// <summary>Largest inner packet, in octets.</summary>
    public int Mtu { get; init; }

    /// <summary>Largest packet that the path outside carries, in octets.</summary>
    public int PathMtu { get; init; }

    public ProbeSnapshot Probe { get; init; } = ProbeSnapshot.None;

    public CounterSnapshot Counters { get; init; } = new();

    public FailureSnapshot? LastError { get; init; }

    /// <summary>Packets pass: a child SA is up, and the probe, where there is one, is answered.</summary>
    public bool Ready => Phase == TunnelPhase.Established && Children.Count > 0
        && (Probe.Target is null || Probe.State == ProbeState.Healthy);
}
