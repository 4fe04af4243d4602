using K8sPqTunnel.Lab;
using K8sPqTunnel.Lab.Capture;
using K8sPqTunnel.Lab.Daemon;
using K8sPqTunnel.Lab.Networks;
using K8sPqTunnel.Lab.Peers;
using K8sPqTunnel.Lab.Processes;

namespace K8sPqTunnel.Interop.Tests.Tunnels;

/// <summary>A tunnel's life from its start to its deletion, while a workload sends over IPv4 and IPv6 all the time: nothing of it may cross the wire in clear.</summary>
/// <param name="dataplane">Xfrm or Userspace.</param>
/// <param name="overIpv6">The gateways talk over IPv6.</param>
internal sealed class LeakStory(ILeakScene scene, string dataplane, bool overIpv6)
{
    /// <summary>Ample: the machine may be busy, and a peer that is gone has to be noticed.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(120);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private TunnelFile Tunnel => new()
    {
        Dataplane = dataplane,
        PeerAddress = overIpv6 ? Ipv6Sites.RemoteAddress : TunnelNetwork.RemoteAddress,
        Local = [TunnelNetwork.LocalNetwork, Ipv6Sites.LocalNetwork],
        Remote = [TunnelNetwork.RemoteNetwork, Ipv6Sites.RemoteNetwork],
    };

    private static PeerConnection PeerOver(bool ipv6) => Connections.Remote with
    {
        LocalAddress = ipv6 ? Ipv6Sites.RemoteAddress : TunnelNetwork.RemoteAddress,
        RemoteAddress = ipv6 ? Ipv6Sites.GatewayAddress : TunnelNetwork.GatewayAddress,
        LocalNetwork = $"{TunnelNetwork.RemoteNetwork},{Ipv6Sites.RemoteNetwork}",
        RemoteNetwork = $"{TunnelNetwork.LocalNetwork},{Ipv6Sites.LocalNetwork}",
    };

    /// <summary>Tells it, and fails where a packet was clear.</summary>
    public async Task HoldsAsync()
    {
        (StrongSwan peer, PqTunnel daemon, int before) = await BeginAsync();
        await using (await SendAsync(TunnelNetwork.RemoteHost))
        await using (await SendAsync(Ipv6Sites.RemoteHost))
        {
            TunnelStatus up = await ReadyAsync(daemon);
            Assert.Equal(dataplane, up.Dataplane);
            (await daemon.RekeyAsync("--child", Stop)).EnsureSuccess();
            await UntilAsync(daemon, "the child SA is rekeyed", status => status.Children is [{ Generation: 1 }]);
            (await daemon.RekeyAsync("--ike", Stop)).EnsureSuccess();
            await UntilAsync(daemon, "the IKE SA is rekeyed", status => status.Ike is { } ike && ike.InitiatorSpi != up.Ike!.InitiatorSpi);

            await daemon.Up.KillAsync();
            await PingAsync(5);
            daemon = await scene.StartDaemonAsync(Tunnel);
            await ReadyAsync(daemon);

            // The upgrade: a daemon that is told to go, and one with another configuration.
            await daemon.StopAsync();
            await PingAsync(5);
            daemon = await scene.StartDaemonAsync(Tunnel with { Child = "aes256gcm16" });
            up = await ReadyAsync(daemon);

            await peer.KillAsync();
            peer = await scene.StartPeerAsync(PeerOver(overIpv6));
            await UntilAsync(daemon, "the peer's loss is noticed, and made good",
                status => status is { Ready: true, Ike: { } ike } && ike.InitiatorSpi != up.Ike!.InitiatorSpi);
            Assert.True(await PingAsync(3), "packets do not pass");
        }

        WireReport closed = await scene.SeenAsync(Ipv6Sites.Gateways);
        Assert.True(closed[PacketClass.Clear] == before, $"{closed}, of which {before} were before the tunnel:\n{string.Join('\n', closed.Clear)}");
        Assert.True(closed.Esp > 100, closed.ToString());

        // What kept them off the wire was the tunnel: without it they are there.
        (await daemon.DownAsync(Stop)).EnsureSuccess();
        Assert.True(await IsOpenAsync(), "the way is not open again");
        WireReport opened = await scene.StopCaptureAsync(Ipv6Sites.Gateways);
        Assert.True(opened[PacketClass.Clear] >= before + 2, opened.ToString());
        Assert.Equal(0, opened.Missed);
    }

    /// <summary>Tells the beginning, takes everything out that blocks, and fails where the same look finds nothing clear.</summary>
    public async Task FindsWhatLeaksAsync()
    {
        (_, PqTunnel daemon, int before) = await BeginAsync();
        await using (await SendAsync(TunnelNetwork.RemoteHost))
        await using (await SendAsync(Ipv6Sites.RemoteHost))
        {
            await ReadyAsync(daemon);
            Assert.Equal(before, (await scene.SeenAsync(Ipv6Sites.Gateways))[PacketClass.Clear]);
            await daemon.Up.KillAsync();
            await OpenAsync();
            await Wait.UntilAsync("packets of both families cross the wire in clear", async () => await HasClearAsync(before), Limit, Stop);
        }
    }

    /// <summary>The peer, an open way, and a daemon that has closed it.</summary>
    /// <returns>With how many clear packets were on the wire before.</returns>
    private async Task<(StrongSwan Peer, PqTunnel Daemon, int Clear)> BeginAsync()
    {
        await Ipv6Sites.AddAsync(scene.Network, Stop);
        StrongSwan peer = await scene.StartPeerAsync(PeerOver(overIpv6));
        Assert.True(await IsOpenAsync(), "without a tunnel the way is not open, so nothing could leak");
        PqTunnel daemon = await scene.StartDaemonAsync(Tunnel);
        await UntilAsync(daemon, "the daemon answers", _ => true);
        return (peer, daemon, (await scene.SeenAsync(Ipv6Sites.Gateways))[PacketClass.Clear]);
    }

    private async Task<bool> HasClearAsync(int before)
    {
        WireReport seen = await scene.SeenAsync(Ipv6Sites.Gateways);
        // What is kept begins with those from before the tunnel.
        string[] leaked = [.. seen.Clear.Skip(before).Select(packet => packet.Description)];
        return Array.Exists(leaked, packet => packet.Contains(TunnelNetwork.WorkloadAddress, StringComparison.Ordinal))
            && Array.Exists(leaked, packet => packet.Contains(Ipv6Sites.WorkloadAddress, StringComparison.Ordinal));
    }

    /// <summary>Takes out at the gateway whatever keeps packets off the wire: all policies, tables, routes and rules of the tunnel.</summary>
    private async Task OpenAsync()
    {
        const string open = "ip xfrm policy flush; ip xfrm state flush; nft flush ruleset; "
            + "for family in -4 -6; do ip $family rule flush; ip $family rule add priority 32766 table main; done";
        (await scene.Network.Gateway.RunAsync(new Command("sh", "-c", open), Stop)).EnsureSuccess();
    }

    private async Task<RunningCommand> SendAsync(string host) =>
        await scene.Network.Workload.Tools.StartAsync(new Command("ping", "-n", "-q", "-i", "0.02", host));

    /// <summary>Is every ping answered, over both families?</summary>
    private Task<bool> PingAsync(int count) => PingAsync("-i", "0.05", "-c", $"{count}", "-W", "2");

    /// <summary>Is one ping answered at last? Neighbours may have to be found first.</summary>
    private Task<bool> IsOpenAsync() => PingAsync("-c", "1", "-w", "30");

    private async Task<bool> PingAsync(params string[] options)
    {
        bool all = true;
        foreach (string host in (string[])[TunnelNetwork.RemoteHost, Ipv6Sites.RemoteHost])
            all &= (await scene.Network.Workload.RunAsync(new Command("ping", ["-n", "-q", .. options, host]), Stop)).Succeeded;
        return all;
    }

    private static Task<TunnelStatus> ReadyAsync(PqTunnel daemon) => UntilAsync(daemon, "packets pass", status => status.Ready);

    private static async Task<TunnelStatus> UntilAsync(PqTunnel daemon, string what, Func<TunnelStatus, bool> holds)
    {
        TunnelStatus? seen = null;
        await Wait.UntilAsync(what, async () =>
        {
            if (daemon.Up.HasExited)
                throw new LabException($"pqtunnel up ended: {daemon.Up.Errors.Trim()}");
            return (seen = await daemon.StatusAsync(Stop)) is not null && holds(seen);
        }, Limit, Stop);
        return seen!;
    }
}
