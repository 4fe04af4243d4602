using K8sPqTunnel.Sidecar.State;

namespace K8sPqTunnel.Sidecar.Tests;

/// <summary>Snapshots that tests begin from.</summary>
internal static class Snapshots
{
    public static readonly DateTimeOffset Noon = new(2026, 11, 22, 12, 0, 0, TimeSpan.Zero);

    public static TunnelSnapshot Down { get; } = new() { Namespace = "network", Name = "berlin", Since = Noon };

    public static TunnelSnapshot Up { get; } = Down with
    {
        Phase = TunnelPhase.Established,
        Peer = "198.51.100.7:4500",
        Local = "192.0.2.1:4500",
        Dataplane = "Userspace",
        Interface = "pqt0123456789ab",
        Mtu = 1438,
        PathMtu = 1500,
        Ike = new IkeSaSnapshot
        {
            InitiatorSpi = "0123456789abcdef",
            ResponderSpi = "fedcba9876543210",
            Proposal = "aes256gcm16-prfsha384-ecp384-ke1_mlkem768",
            KeyExchanges = ["P-384", "ML-KEM-768"],
            QuantumSafe = true,
            Role = IkeRole.Responder,
            NatDetected = true,
            EstablishedAt = Noon,
        },
        Children =
        [
            new ChildSaSnapshot
            {
                InboundSpi = "c0000001",
                Mtu = 1406,
                OutboundSpi = "c0000002",
                Proposal = "aes256gcm16",
                KeyExchanges = [],
                QuantumSafety = QuantumSafety.FromIkeSa,
                Local = ["10.1.0.0/24"],
                Remote = ["10.20.0.0/16"],
                EstablishedAt = Noon,
                LastReceivedAt = Noon.AddSeconds(7),
            },
        ],
        Counters = new CounterSnapshot
        {
            InboundPackets = 3,
            InboundOctets = 300,
            OutboundPackets = 4,
            OutboundOctets = 400,
            Drops = new Dictionary<string, long> { ["XfrmInStateSeqError"] = 5 },
        },
    };
}
