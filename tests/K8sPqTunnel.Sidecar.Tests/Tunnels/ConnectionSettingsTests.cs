using System.Net;
using K8sPqTunnel.Api.Documents;
using K8sPqTunnel.Api.Settings;
using K8sPqTunnel.Dataplane;
using K8sPqTunnel.Ike;
using K8sPqTunnel.Ike.Children;
using K8sPqTunnel.Ike.Crypto;
using K8sPqTunnel.Ike.Negotiation;
using K8sPqTunnel.Sidecar.Sockets;
using K8sPqTunnel.Sidecar.Tunnels;

namespace K8sPqTunnel.Sidecar.Tests.Tunnels;

public sealed class ConnectionSettingsTests
{
    private static readonly PeerRoute Route = new(IPAddress.Loopback, [IPAddress.Parse("127.0.0.7")]);

    [Fact]
    public void What_the_resource_says_reaches_the_core()
    {
        ConnectionConfig config = Config("profile: StrongSwan");

        Assert.Equal("berlin", config.Name);
        Assert.Equal(Route.Remotes, config.RemoteAddresses);
        Assert.Equal("127.0.0.1", config.LocalIdentity.ToString());
        Assert.Equal("branch.example.net", config.RemoteIdentity?.ToString());
        Assert.Equal(QuantumPolicy.Required, config.QuantumPolicy);
        Assert.Equal("aes256gcm16-prfsha384-ecp384-ke1_mlkem768", config.IkeProposals[0].ToString());
        Assert.Equal(["10.1.0.0/24"], config.LocalSelectors.Select(selector => selector.ToString()));
        Assert.Equal(["10.20.0.0/24"], config.RemoteSelectors.Select(selector => selector.ToString()));
        Assert.True(config.ForceUdpEncapsulation);
        Assert.False(Config("profile: StrongSwan", dataplane: DataplaneKind.Xfrm).ForceUdpEncapsulation);
    }

    [Theory]
    [InlineData("profile: Generic", 1024, 0)]
    [InlineData("profile: Cloudflare", 0, 150)]
    public void A_peer_whose_servers_share_an_SA_gets_no_replay_window_and_time_to_take_up_a_new_one(string profile, int window, int seconds)
    {
        ConnectionConfig config = Config(profile);
        Assert.Equal(window, config.ReplayWindow);
        Assert.Equal(TimeSpan.FromSeconds(seconds), config.SuccessorDelay);
    }

    [Theory]
    [InlineData("profile: StrongSwan", SelectorMode.Combined)]
    [InlineData("profile: FortiOS", SelectorMode.PerPair)]
    public void A_peer_that_takes_one_pair_of_networks_for_each_SA_gets_that(string profile, SelectorMode mode) =>
        Assert.Equal(mode, Config(profile).SelectorMode);

    [Theory]
    [InlineData("Start", StartAction.Start)]
    [InlineData("Trap", StartAction.Trap)]
    [InlineData("None", StartAction.None)]
    public void Who_begins_and_whose_order_decides_reach_the_core(string text, StartAction expected)
    {
        ConnectionConfig config = Config("profile: Generic", $"startAction: {text}\n  ike: {{proposalOrder: Theirs}}");

        Assert.Equal(expected, config.StartAction);
        Assert.Equal(ProposalOrder.Theirs, config.ProposalOrder);
        Assert.Equal(ProposalOrder.Ours, Config("profile: Generic", "ike: {}").ProposalOrder);
    }

    [Fact]
    public void How_messages_travel_reaches_the_core()
    {
        ConnectionConfig config = Config("profile: Generic",
            "transport: {fragmentSize: 700, startPort: 4500}\n  liveness: {delay: 7s, timeout: 2s, repeats: 3}\n  ike: {reauthenticate: true, childless: true}");
        Assert.True(config.Reauthenticates);
        Assert.True(config.Childless);
        Assert.Equal(700, config.FragmentIpSize);
        Assert.False(config.HasIkePort);
        Assert.Equal(TimeSpan.FromSeconds(7), config.LivenessDelay);
        Assert.Equal(new RetransmissionPlan(TimeSpan.FromSeconds(2), 1.8, 3), config.Retransmission);
    }

    [Fact]
    public void How_long_and_for_how_much_keys_are_used_reaches_the_core()
    {
        ConnectionConfig unlimited = Config("profile: Generic");
        Assert.Equal((null, null, null), (unlimited.ChildOctets, unlimited.ChildPackets, unlimited.ReauthenticationInterval));

        ConnectionConfig config = Config("profile: Generic",
            "ike: {lifetime: 2h, reauthenticationInterval: 24h}\n  child: {lifetime: 30m, lifetimeBytes: 5000000000, lifetimePackets: 4000}");
        Assert.Equal((5_000_000_000, 4000), (config.ChildOctets, config.ChildPackets));
        Assert.Equal((TimeSpan.FromHours(2), TimeSpan.FromMinutes(30)), (config.IkeLifetime, config.ChildLifetime));
        Assert.Equal(TimeSpan.FromHours(24), config.ReauthenticationInterval);
        Assert.False(config.Reauthenticates);
    }

    [Theory]
    [InlineData("", true)]
    [InlineData(", ppkExchange: Intermediate", true)]
    [InlineData(", ppkExchange: Auth", false)]
    public void When_a_postquantum_preshared_key_goes_in_reaches_the_core(string text, bool intermediate) =>
        Assert.Equal(intermediate, Config("profile: Generic", ppk: text).PpkInIntermediate);

    [Fact]
    public void Limits_on_strangers_are_the_cores_own_where_nothing_is_said() =>
        Assert.Equal(EndpointLimits.Default, ConnectionSettings.Limits([Settings("profile: Generic")]));

    [Fact]
    public void Of_two_tunnels_limits_the_tightest_hold()
    {
        TunnelSettings one = Settings("profile: Generic", "limits: {cookiesFrom: 0, halfOpen: 1000, halfOpenTimeout: 10s}");
        TunnelSettings other = Settings("profile: Generic", "limits: {cookiesFrom: 7, halfOpenPerAddress: 9, halfOpenLifetime: 1m}");

        Assert.Equal(
            new EndpointLimits
            {
                CookiesFrom = 0,
                MaxHalfOpen = 1000,
                MaxHalfOpenPerAddress = 9,
                HalfOpenTimeout = TimeSpan.FromSeconds(10),
                HalfOpenLifetime = TimeSpan.FromMinutes(1),
            },
            ConnectionSettings.Limits([one, other]));
    }

    [Fact]
    public void A_postquantum_preshared_key_reaches_the_core()
    {
        Assert.Empty(Config("profile: Generic").PostquantumKeys);

        PostquantumKey key = Assert.Single(Config(
            "profile: Generic", ppk: ", ppk: [{id: ppk-1, required: false, secretRef: {name: p} }]").PostquantumKeys);

        Assert.Equal(("ppk-1", false), (key.Id, key.Required));
    }

    [Theory]
    [InlineData("Auto", DataplaneKind.Userspace, true, true)]
    [InlineData("Auto", DataplaneKind.Xfrm, false, false)]
    [InlineData("Always", DataplaneKind.Xfrm, false, true)]
    [InlineData("BehindNat", DataplaneKind.Xfrm, false, false)]
    [InlineData("BehindNat", DataplaneKind.Userspace, true, false)]
    [InlineData("BehindNat", DataplaneKind.Userspace, false, true)]
    public void NAT_detection_tells_the_truth_where_ESP_may_go_straight_over_IP(string policy, DataplaneKind dataplane, bool carriesRawEsp, bool forced) =>
        Assert.Equal(forced, Config("profile: Generic", $"transport: {{encapsulation: {policy}}}", dataplane: dataplane, carriesRawEsp: carriesRawEsp).ForceUdpEncapsulation);

    private static ConnectionConfig Config(string profile, string more = "dataplane: Auto", string ppk = "", DataplaneKind dataplane = DataplaneKind.Userspace,
        bool carriesRawEsp = false)
    {
        TunnelSettings settings = Settings(profile, more, ppk);
        using var keys = new TunnelSecrets(new Secret("not-a-real-key"u8), new Secret("not-a-real-ppk"u8));
        using IkePorts ports = IkePorts.Open(IPAddress.Loopback, DataplaneKind.Userspace);
        return ConnectionSettings.Of(settings, Route, ports, tcp: false, keys, dataplane, carriesRawEsp);
    }

    private static TunnelSettings Settings(string profile, string more = "dataplane: Auto", string ppk = "")
    {
        using TunnelDocument document = TunnelDocument.Load($$"""
            apiVersion: pqtunnel.io/v1alpha1
            kind: IpsecTunnel
            metadata: {name: berlin}
            spec:
              peer:
                {{profile}}
                addresses: [127.0.0.7]
                id: branch.example.net
              authentication: {psk: {secretRef: {name: k} }{{ppk}} }
              {{more}}
              traffic: {local: [10.1.0.0/24], remote: [10.20.0.0/24]}
            """);
        Assert.Empty(document.Problems);
        return Assert.Single(document.Tunnels);
    }
}
