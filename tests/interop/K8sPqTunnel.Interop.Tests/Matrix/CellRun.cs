using K8sPqTunnel.Interop.Tests.Tunnels;
using K8sPqTunnel.Lab;
using K8sPqTunnel.Lab.Capture;
using K8sPqTunnel.Lab.Daemon;
using K8sPqTunnel.Lab.Networks;
using K8sPqTunnel.Lab.Peers;

namespace K8sPqTunnel.Interop.Tests.Matrix;

/// <summary>Runs a cell: our daemon against the stage's peer, packets through the tunnel, a rekey, and a look at the wire.</summary>
internal sealed class CellRun(Realm realm, Stage stage, Certificates certificates, Cell cell, string folder, CancellationToken stop)
{
    private const int Pings = 5;

    /// <summary>Two seconds of packets: a rekey falls well into them.</summary>
    private const int PingsDuringRekey = 40;

    /// <summary>Ample: the machine may be busy.</summary>
    private const int PingSeconds = 10;

    private static readonly TimeSpan ReadyLimit = TimeSpan.FromSeconds(25);
    private static readonly TimeSpan RekeyLimit = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan StatusPause = TimeSpan.FromMilliseconds(200);

    /// <summary>Runs it to its end.</summary>
    /// <exception cref="LabException">Something is not as it must be.</exception>
    public async Task RunAsync()
    {
        (PeerCredentials Gateway, PeerCredentials Remote)? issued =
            cell.Proof.Keys is { } kind ? await certificates.OfAsync(kind, stage.Network.Workload, stop) : null;
        await stage.Peer.LoadAsync(Connections.Of(stage.Network, cell.Suite, issued?.Remote, cell.Proof.Signatures), stop);
        await using WireCapture capture = await stage.Network.CaptureAsync(Path.Combine(folder, "wire.pcap"), stop);
        (string file, string secrets) = Tunnel(issued?.Gateway).Write(folder);
        await using PqTunnel daemon = await PqTunnel.StartAsync(
            realm.Repository, stage.Network.Gateway, file, Path.Combine(folder, "pqtunnel.log"), "--secrets", secrets);
        try
        {
            await TryAsync(daemon);
        }
        finally
        {
            // Its block on clear packets would outlive it in the shared network.
            await daemon.DownAsync(stop);
        }

        WireReport wire = await capture.StopAsync([.. TunnelNetwork.Gateways, .. TunnelNetwork.Translated]);
        Require(wire.NothingLeaked, $"packets crossed the wire in clear: {string.Join("; ", wire.Clear)}");
        Require(wire.Esp >= 2 * Pings, $"too few ESP packets crossed the wire: {wire}");
        Require(!cell.SmallFragments || wire.LargestIke <= cell.FragmentSize, $"an IKE packet of {wire.LargestIke} octets crossed the wire");
    }

    private static void Require(bool holds, string otherwise)
    {
        if (!holds)
            throw new LabException(otherwise);
    }

    private TunnelFile Tunnel(PeerCredentials? credentials) => new()
    {
        Credentials = credentials,
        RsaSignature = cell.Proof.RsaSignature,
        Ike = cell.Suite.Offered,
        Child = cell.Suite.Child,
        Policy = cell.Suite.Policy,
        PeerAddress = stage.Network.RemoteSeenAs,
        FragmentSize = cell.FragmentSize,
        // The path's probes are larger than any fragment, on purpose.
        PathProbe = cell.SmallFragments ? "Disabled" : "Auto",
        StartAction = cell.Role == Role.WeInitiate ? "Start" : "None",
    };

    private async Task TryAsync(PqTunnel daemon)
    {
        if (cell.Role == Role.PeerInitiates)
        {
            await Wait.UntilAsync("our daemon listens", async () => daemon.Up.HasExited || await daemon.StatusAsync(stop) is not null, ReadyLimit, stop, StatusPause);
            (await stage.Peer.InitiateAsync(stop)).EnsureSuccess();
        }

        TunnelStatus status = await ReadyAsync(daemon);
        IkeStatus ike = status.Ike!;
        Require(ike.Proposal == cell.Suite.Ike, $"the IKE SA is of {ike.Proposal}, wanted was {cell.Suite.Ike}");
        Require(ike.KeyExchanges.SequenceEqual(cell.Suite.KeyExchanges), $"the key exchanges are {string.Join(" + ", ike.KeyExchanges)}");
        Require(ike.NatDetected || !cell.Nat, "our side did not notice the NAT");
        await PingAsync(Pings);
        if (cell.Rekey != Rekey.None)
            await RekeyAsync(daemon, status);
    }

    private async Task<TunnelStatus> ReadyAsync(PqTunnel daemon)
    {
        try
        {
            return await daemon.WaitUntilReadyAsync(ReadyLimit, stop);
        }
        catch (LabException e) when (!daemon.Up.HasExited && daemon.StatusAsync(stop) is { } asked)
        {
            TunnelStatus? now = await asked;
            throw new LabException($"{e.Message} Our daemon: {now?.Phase}, {now?.LastError?.Message}", e);
        }
    }

    private async Task RekeyAsync(PqTunnel daemon, TunnelStatus before)
    {
        Task pings = PingAsync(PingsDuringRekey, cell.Peer.PingsLostAtRekey);
        (await (cell.Rekey switch
        {
            Rekey.PeerChild => stage.Peer.RekeyChildAsync(stop),
            Rekey.PeerIke => stage.Peer.RekeyIkeAsync(stop),
            Rekey.OurChild => daemon.RekeyAsync("--child", stop),
            _ => daemon.RekeyAsync("--ike", stop),
        })).EnsureSuccess();

        TunnelStatus? after = null;
        await Wait.UntilAsync($"the {cell.Rekey} rekey shows in our status", async () =>
        {
            after = await daemon.StatusAsync(stop);
            return after is { Ready: true, Ike: not null, Children: [_] } && IsReplaced(before, after);
        }, RekeyLimit, stop, StatusPause);
        await pings;
        await PingAsync(Pings);
        Require(after!.Ike!.KeyExchanges.SequenceEqual(cell.Suite.KeyExchanges),
            $"after the rekey the key exchanges are {string.Join(" + ", after.Ike.KeyExchanges)}");
    }

    private bool IsReplaced(TunnelStatus before, TunnelStatus after)
    {
        bool sameIke = before.Ike!.InitiatorSpi == after.Ike!.InitiatorSpi;
        bool sameChild = before.Children[0].InboundSpi == after.Children[0].InboundSpi;
        return cell.Rekey is Rekey.OurChild or Rekey.PeerChild ? sameIke && !sameChild : sameChild && !sameIke;
    }

    private async Task PingAsync(int count, int mayBeLost = 0)
    {
        IReadOnlyList<int> unanswered = await stage.Network.UnansweredAsync(count, PingSeconds, stop);
        Require(unanswered.Count <= mayBeLost, $"of {count} pings these were not answered: {string.Join(' ', unanswered)}");
    }
}
