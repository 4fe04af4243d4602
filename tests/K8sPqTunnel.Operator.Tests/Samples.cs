using Google.Protobuf.WellKnownTypes;
using K8sPqTunnel.Api.Resources;
using K8sPqTunnel.Api.Settings;
using K8sPqTunnel.Api.Validation;
using K8sPqTunnel.Grpc.Contract.V1;
using K8sPqTunnel.Kubernetes.Core;
using K8sPqTunnel.Kubernetes.Meta;
using K8sPqTunnel.Operator.Observation;
using K8sPqTunnel.Operator.Resources;
using SecretValue = K8sPqTunnel.Operator.Resources.SecretValue;

namespace K8sPqTunnel.Operator.Tests;

/// <summary>A tunnel with which all is well, to be spoiled by tests.</summary>
internal static class Samples
{
    public static readonly NamespacedName Key = new("network", "berlin");

    public static TunnelResource Tunnel { get; } = new()
    {
        Metadata = new ObjectMeta { Name = Key.Name, Namespace = Key.Namespace, Uid = "3b2526c5-3a92-4b4e-84a7-1a5c22d96b1b", Generation = 3 },
        Spec = new IpsecTunnelSpec
        {
            Gateway = new GatewaySpec { NodeSelector = new Dictionary<string, string> { ["role"] = "edge" } },
            Peer = new PeerSpec { Profile = PeerProfile.StrongSwan, Addresses = ["198.51.100.7"], Id = "berlin.example.net" },
            Local = new LocalSpec { Id = "edge.example.net" },
            Authentication = new AuthenticationSpec { Psk = new PskSpec { SecretRef = new SecretKeyRef { Name = "berlin-psk", Key = "psk" } } },
            Traffic = new TrafficSpec { Local = ["10.244.0.0/16"], Remote = ["10.20.0.0/16"] },
            Probe = new ProbeSpec { Target = "10.20.0.1" },
        },
    };

    public static GatewayResource Gateway { get; } = new()
    {
        Metadata = new ObjectMeta { Name = "edge", Namespace = Key.Namespace, Uid = "7d0c2f0e-2a43-4a3b-9b53-0f7c1d1a2b3c", Generation = 1 },
        Spec = new IpsecGatewaySpec
        {
            NodeSelector = new Dictionary<string, string> { ["role"] = "edge" },
            Image = "registry.example/daemon:edge",
            Resources = new GatewayResources { Requests = new Dictionary<string, string> { ["cpu"] = "1" } },
            Tolerations = [new GatewayToleration { Key = "edge", Operator = "Exists", Effect = "NoSchedule" }],
            PriorityClassName = "system-cluster-critical",
        },
    };

    public static TunnelResource TunnelWithPpk { get; } = Tunnel with
    {
        Spec = Tunnel.Spec! with
        {
            Authentication = Tunnel.Spec.Authentication! with { Ppk = [new PpkSpec { Id = "ppk-1", SecretRef = new SecretKeyRef { Name = "berlin-ppk" } }] },
        },
    };

    public static SecretSight GoodSecret { get; } = new(
        new SecretReference("berlin-psk", "psk"), Exists: true, new SecretValue(PreSharedKeyFindings.Of("thirty-two-octets-of-no-real-key"u8), "0011223344556677"));

    public static Pod RunningPod { get; } = PodWith(new ContainerState { Running = new ContainerStateRunning() });

    public static Hello Hello { get; } = new()
    {
        Namespace = Key.Namespace,
        Gateway = "pqtunnel-berlin",
        DaemonVersion = "0.1.0",
        InstanceId = "00112233445566778899aabbccddeeff",
        PodName = "pqtunnel-berlin-0",
        NodeName = "node1",
    };

    /// <summary>An established hybrid tunnel whose probe is answered.</summary>
    public static TunnelReport Report => new()
    {
        Phase = TunnelPhase.Established,
        PeerEndpoint = "198.51.100.7:4500",
        IkeSa = new IkeSa
        {
            SpiI = 0x1122334455667788,
            SpiR = 0x99aabbccddeeff00,
            Proposal = "aes256gcm16-prfsha384-ecp384-ke1_mlkem768",
            KeyExchanges = { "P-384", "ML-KEM-768" },
            QuantumSafe = true,
            EstablishedAt = Timestamp.FromDateTimeOffset(DateTimeOffset.UnixEpoch.AddDays(20_000)),
        },
        ChildSas =
        {
            new ChildSa
            {
                SpiIn = 0xc0000001,
                Mtu = 1390,
                SpiOut = 0xc0000002,
                Proposal = "aes256gcm16",
                QuantumSafety = QuantumSafety.FromIkeSa,
                LocalSelectors = { "10.244.0.0/16" },
                RemoteSelectors = { "10.20.0.0/16" },
                LastReceivedAt = Timestamp.FromDateTimeOffset(DateTimeOffset.UnixEpoch.AddDays(20_001)),
            },
        },
        Dataplane = new Dataplane { Kind = DataplaneKind.Userspace, InterfaceName = "pqt0", Mtu = 1400, PathMtu = 1462 },
        Probe = new DataPathProbe { Target = "10.20.0.1", State = ProbeState.Healthy, RttMicros = 1234, JitterMicros = 210, LossRatio = 0.0167 },
        ObservedGeneration = 3,
    };

    public static Counters Counters => new() { BytesIn = 1000, BytesOut = 2000, PacketsIn = 10, PacketsOut = 20, Drops = { ["XfrmInNoStates"] = 2 } };

    public static DaemonSight Daemon(TunnelReport report) =>
        new(Hello, Connected: true, DateTimeOffset.UnixEpoch, report, Counters);

    public static TunnelObservation Observation(TunnelReport? report = null) => new(
        Generation: 3,
        KeyExchangePolicy.Required,
        TunnelValidator.Validate(Tunnel.ToDocument()),
        [GoodSecret],
        new GatewaySight(RunningPod),
        Daemon(report ?? Report));

    public static Pod PodWith(ContainerState state) => new()
    {
        Metadata = new ObjectMeta { Name = "pqtunnel-berlin-0", Namespace = Key.Namespace },
        Spec = new PodSpec { Containers = [], NodeName = "node1" },
        Status = new PodStatus { ContainerStatuses = [new ContainerStatus { Name = "pqtunnel", State = state }] },
    };
}
