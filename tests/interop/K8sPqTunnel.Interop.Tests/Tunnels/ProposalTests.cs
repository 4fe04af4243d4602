using K8sPqTunnel.Lab.Capture;
using K8sPqTunnel.Lab.Daemon;
using K8sPqTunnel.Lab.Peers;

namespace K8sPqTunnel.Interop.Tests.Tunnels;

/// <summary>Our daemon against strongSwan 6.1: every suite comes up, carries packets, and is what both ends say it is.</summary>
public sealed class ProposalTests(Realm realm)
{
    private const string DefaultIke = "aes256gcm16-prfsha384-ecp384-ke1_mlkem768";
    private const string DefaultChild = "aes256gcm16-ecp384-ke1_mlkem768";

    /// <summary>Name, IKE proposal, child proposal, the peer's fragment size, and what strongSwan calls the IKE SA then.</summary>
    public static TheoryData<string, string, string, int, string> Suites { get; } = new()
    {
        { "p384-mlkem768", DefaultIke, DefaultChild, 1280, "AES_GCM_16-256/PRF_HMAC_SHA2_384/ECP_384/KE1_ML_KEM_768" },
        { "p384-mlkem1024", "aes256gcm16-prfsha384-ecp384-ke1_mlkem1024", DefaultChild, 1280, "ECP_384/KE1_ML_KEM_1024" },
        { "x25519-mlkem768", "aes256gcm16-prfsha256-x25519-ke1_mlkem768", "aes256gcm16-x25519-ke1_mlkem768", 1280, "CURVE_25519/KE1_ML_KEM_768" },
        { "two-additional", "aes256gcm16-prfsha384-ecp384-ke1_mlkem768-ke2_x25519", DefaultChild, 1280, "ECP_384/KE1_ML_KEM_768/KE2_CURVE_25519" },
        { "cbc", "aes256-sha384-prfsha384-ecp384-ke1_mlkem768", DefaultChild, 1280, "AES_CBC-256/HMAC_SHA2_384_192/PRF_HMAC_SHA2_384/ECP_384/KE1_ML_KEM_768" },
        { "chacha", "chacha20poly1305-prfsha256-ecp256-ke1_mlkem768", DefaultChild, 1280, "CHACHA20_POLY1305/PRF_HMAC_SHA2_256/ECP_256/KE1_ML_KEM_768" },
        { "small-fragments", DefaultIke, DefaultChild, 600, "ECP_384/KE1_ML_KEM_768" },
        { "aes128-child", DefaultIke, "aes128gcm16", 1280, "ECP_384/KE1_ML_KEM_768" },
    };

    [Theory, MemberData(nameof(Suites))]
    public async Task A_hybrid_suite_comes_up_and_carries_packets_that_nobody_on_the_wire_can_read(
        string name, string ike, string child, int fragmentSize, string sa)
    {
        await using TunnelScene scene = await TunnelScene.SetAsync(realm, $"suite-{name}");
        StrongSwan peer = await scene.StartPeerAsync(
            Connections.Remote with { IkeProposal = ike, EspProposal = child }, options: new StrongSwanOptions { FragmentSize = fragmentSize });

        (_, TunnelStatus status) = await scene.BringUpAsync(new TunnelFile { Ike = [ike], Child = child });
        bool answered = await scene.PingAsync(10);
        string sas = await peer.ListSasAsync(TestContext.Current.CancellationToken);
        WireReport wire = await scene.StopCaptureAsync();

        Assert.True(answered, "not every ping was answered");
        Assert.Contains(sa, sas, StringComparison.Ordinal);
        Assert.True(status.Ike is { QuantumSafe: true });
        Assert.Contains(status.Ike.KeyExchanges, exchange => exchange.StartsWith("ML-KEM", StringComparison.Ordinal));
        Assert.True(wire.NothingLeaked, string.Join('\n', wire.Clear));
        Assert.True(wire.Esp >= 20, wire.ToString());
    }
}
