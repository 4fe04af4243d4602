using K8sPqTunnel.Lab;
using K8sPqTunnel.Lab.Capture;
using K8sPqTunnel.Lab.Daemon;
using K8sPqTunnel.Lab.Peers;
using K8sPqTunnel.Lab.Processes;

namespace K8sPqTunnel.Interop.Tests.Tunnels;

/// <summary>Fresh keys while packets pass: strongSwan and our daemon rekey each other's SAs, and no packet is lost (RFC 7296 2.8).</summary>
public sealed class RekeyTests(Realm realm)
{
    private const int Rounds = 4;
    private static readonly TimeSpan RekeyLimit = TimeSpan.FromSeconds(20);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("aes256gcm16", "", "FromIkeSa")]
    [InlineData("aes256gcm16-ecp384", "P-384", "FromIkeSa")]
    [InlineData("aes256gcm16-ecp384-ke1_mlkem768", "P-384, ML-KEM-768", "OwnKeyExchange")]
    [InlineData("aes256gcm16-mlkem768", "ML-KEM-768", "OwnKeyExchange")]
    [InlineData("aes256gcm16-x25519-ke1_mlkem512-ke2_mlkem1024", "X25519, ML-KEM-512, ML-KEM-1024", "OwnKeyExchange")]
    public async Task We_rekey_the_child_of_a_strongswan_and_no_packet_is_lost(string proposal, string keyExchanges, string safety)
    {
        await using TunnelScene scene = await TunnelScene.SetAsync(realm, $"rekey-child-{proposal}");
        StrongSwan peer = await scene.StartPeerAsync(Connections.Remote with { EspProposal = proposal });
        (PqTunnel daemon, TunnelStatus first) = await scene.BringUpAsync(new TunnelFile { Child = proposal });

        Task<CommandResult> traffic = scene.PingFastAsync(seconds: 20);
        for (int round = 1; round <= Rounds; round++)
        {
            (await daemon.RekeyAsync("--child", Stop)).EnsureSuccess();
            ChildStatus child = await UntilAsync(daemon, status => status.Children is [{ } only] && only.Generation == round ? only : null);
            Assert.Equal(keyExchanges, string.Join(", ", child.KeyExchanges));
            Assert.Equal(safety, child.QuantumSafety);
        }

        CommandResult ping = await traffic;
        TunnelScene.AssertNothingLost(ping);
        TunnelStatus last = (await daemon.StatusAsync(Stop))!;
        Assert.Equal(first.Ike!.InitiatorSpi, last.Ike!.InitiatorSpi);
        Assert.Equal([new RekeyStatus("Child", "Done", ByPeer: false, Rounds)], last.Rekeys);
        Assert.Single((await peer.ListSasAsync(Stop)).Split('\n'), line => line.Contains("INSTALLED", StringComparison.Ordinal));
        WireReport wire = await scene.StopCaptureAsync();
        Assert.True(wire.NothingLeaked, string.Join('\n', wire.Clear));
    }

    [Theory]
    [InlineData("aes256gcm16", "")]
    [InlineData("aes256gcm16-ecp384-ke1_mlkem768", "P-384, ML-KEM-768")]
    [InlineData("aes256gcm16-x25519-ke1_mlkem512-ke2_mlkem1024", "X25519, ML-KEM-512, ML-KEM-1024")]
    public async Task A_strongswan_rekeys_our_child_and_no_packet_is_lost(string proposal, string keyExchanges)
    {
        await using TunnelScene scene = await TunnelScene.SetAsync(realm, $"rekey-child-by-peer-{proposal}");
        StrongSwan peer = await scene.StartPeerAsync(Connections.Remote with { EspProposal = proposal });
        (PqTunnel daemon, _) = await scene.BringUpAsync(new TunnelFile { Child = proposal });

        Task<CommandResult> traffic = scene.PingFastAsync(seconds: 20);
        for (int round = 1; round <= Rounds; round++)
        {
            (await peer.RekeyChildAsync(Stop)).EnsureSuccess();
            ChildStatus child = await UntilAsync(daemon, status => status.Children is [{ } only] && only.Generation == round ? only : null);
            Assert.Equal(keyExchanges, string.Join(", ", child.KeyExchanges));
        }

        CommandResult ping = await traffic;
        TunnelScene.AssertNothingLost(ping);
        Assert.Equal([new RekeyStatus("Child", "Done", ByPeer: true, Rounds)], (await daemon.StatusAsync(Stop))!.Rekeys);
        WireReport wire = await scene.StopCaptureAsync();
        Assert.True(wire.NothingLeaked, string.Join('\n', wire.Clear));
    }

    [Theory]
    [InlineData("aes256gcm16-prfsha384-ecp384-ke1_mlkem768", "P-384, ML-KEM-768")]
    [InlineData("aes256-sha256-x25519-ke1_mlkem512-ke2_mlkem1024", "X25519, ML-KEM-512, ML-KEM-1024")]
    public async Task The_IKE_SA_is_rekeyed_by_both_ends_in_turn_and_its_child_after_it_and_no_packet_is_lost(string proposal, string keyExchanges)
    {
        await using TunnelScene scene = await TunnelScene.SetAsync(realm, $"rekey-ike-{proposal}");
        StrongSwan peer = await scene.StartPeerAsync(Connections.Remote with { IkeProposal = proposal });
        (PqTunnel daemon, TunnelStatus last) = await scene.BringUpAsync(new TunnelFile { Ike = [proposal] });

        Task<CommandResult> traffic = scene.PingFastAsync(seconds: 25);
        for (int round = 1; round <= Rounds; round++)
        {
            string before = last.Ike!.InitiatorSpi;
            (round % 2 == 1 ? await daemon.RekeyAsync("--ike", Stop) : await peer.RekeyIkeAsync(Stop)).EnsureSuccess();
            last = await UntilAsync(daemon, status => status.Ike is { } ike && ike.InitiatorSpi != before ? status : null);
            Assert.Equal(keyExchanges, string.Join(", ", last.Ike!.KeyExchanges));
            (round > 2 ? await daemon.RekeyAsync("--child", Stop) : await peer.RekeyChildAsync(Stop)).EnsureSuccess();
            last = await UntilAsync(daemon, status => status.Children is [{ } only] && only.Generation == round ? status : null);
        }

        CommandResult ping = await traffic;
        TunnelScene.AssertNothingLost(ping);
        Assert.All((await daemon.StatusAsync(Stop))!.Rekeys, rekey => Assert.Equal(("Done", 2L), (rekey.Outcome, rekey.Count)));
        string sas = await peer.ListSasAsync(Stop);
        Assert.Single(sas.Split('\n'), line => line.Contains("ESTABLISHED", StringComparison.Ordinal));
        WireReport wire = await scene.StopCaptureAsync();
        Assert.True(wire.NothingLeaked, string.Join('\n', wire.Clear));
    }

    [Fact]
    public async Task A_child_that_has_carried_its_octets_is_rekeyed_with_a_strongswan_and_no_packet_is_lost()
    {
        await using TunnelScene scene = await TunnelScene.SetAsync(realm, "rekey-octets");
        await scene.StartPeerAsync();
        (PqTunnel daemon, _) = await scene.BringUpAsync(new TunnelFile { ChildBytes = 1_000_000 });

        // 200 x 1,028 octets a second: an SA lasts for about four.
        CommandResult ping = await scene.PingFastAsync(seconds: 15, size: 1000);

        TunnelScene.AssertNothingLost(ping);
        RekeyStatus rekeys = Assert.Single((await daemon.StatusAsync(Stop))!.Rekeys);
        Assert.Equal(("Child", "Done", false), (rekeys.Kind, rekeys.Outcome, rekeys.ByPeer));
        Assert.InRange(rekeys.Count, 2, 4);
        WireReport wire = await scene.StopCaptureAsync();
        Assert.True(wire.NothingLeaked, string.Join('\n', wire.Clear));
    }

    private static async Task<T> UntilAsync<T>(PqTunnel daemon, Func<TunnelStatus, T?> look)
        where T : class
    {
        T? found = null;
        await Wait.UntilAsync(
            "the rekey is done",
            async () => (found = await daemon.StatusAsync(Stop) is { } status ? look(status) : null) is not null,
            RekeyLimit, Stop, pause: TimeSpan.FromMilliseconds(100));
        return found!;
    }
}
