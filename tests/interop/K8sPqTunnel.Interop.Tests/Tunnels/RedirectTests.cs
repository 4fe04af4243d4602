using K8sPqTunnel.Interop.Tests.Matrix;
using K8sPqTunnel.Lab.Daemon;
using K8sPqTunnel.Lab.Guests;
using K8sPqTunnel.Lab.Networks;
using K8sPqTunnel.Lab.Peers;
using K8sPqTunnel.Lab.Processes;
using K8sPqTunnel.Lab.Roots;

namespace K8sPqTunnel.Interop.Tests.Tunnels;

/// <summary>A libreswan that sends us elsewhere (RFC 5685), to where a strongSwan is.</summary>
public sealed class RedirectTests(Realm realm)
{
    private const string OtherGateway = "198.51.100.8";
    private const string Bridge = "bridge0";

    // What libreswan's connection is made of; it never gets that far.
    private static readonly PeerConnection Classical = Connections.Remote with
    {
        IkeProposal = Suites.Classical.Ike,
        EspProposal = Suites.Classical.Child,
    };

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_tunnel_comes_up_at_the_gateway_that_libreswan_sends_us_to()
    {
        await using TunnelScene scene = await TunnelScene.SetAsync(realm, "redirect");
        await using Libreswan first = await StartLibreswanAsync(scene, OtherGateway);
        Site remote = scene.Network.Remote;
        await remote.IpAsync($"address add {OtherGateway} peer {TunnelNetwork.GatewayAddress} dev {Bridge}", Stop);
        await remote.IpAsync($"address add {TunnelNetwork.RemoteHost}/32 dev lo", Stop);
        await scene.Network.Gateway.IpAsync($"route add {OtherGateway} dev {TunnelNetwork.Wire}", Stop);
        await scene.StartPeerAsync(Connections.Remote with { LocalAddress = OtherGateway });

        (_, TunnelStatus status) = await scene.BringUpAsync(new TunnelFile { FollowRedirects = true });

        Assert.StartsWith($"{OtherGateway}:", status.Peer, StringComparison.Ordinal);
        Assert.True(await scene.PingAsync(3));
    }

    [Fact]
    public async Task A_gateway_that_libreswan_names_and_does_not_address_is_refused_in_a_sentence()
    {
        await using TunnelScene scene = await TunnelScene.SetAsync(realm, "redirect-to-name");
        await using Libreswan first = await StartLibreswanAsync(scene, "gw2.example.net");

        PqTunnel daemon = await scene.StartDaemonAsync(new TunnelFile { FollowRedirects = true });
        CommandResult ended = await daemon.Up.FinishAsync(Stop);

        Assert.Equal(1, ended.ExitCode);
        Assert.Contains("sends us to \"gw2.example.net\", a name", ended.Errors, StringComparison.Ordinal);
    }

    private async Task<Libreswan> StartLibreswanAsync(TunnelScene scene, string redirectTo)
    {
        string root = await realm.RootAsync(LabRoots.Libreswan, Stop);
        Guest guest = await Guest.StartAsync(root, scene.Network.Remote, TunnelNetwork.Wire, realm.FolderOf($"libreswan-{redirectTo}"), Stop);
        await scene.Network.HandRemoteOverAsync(guest, Stop);
        return await Libreswan.StartAsync(guest, Classical with { RedirectTo = redirectTo }, Stop);
    }
}
