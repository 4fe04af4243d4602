using K8sPqTunnel.Lab.Capture;
using K8sPqTunnel.Lab.Daemon;
using K8sPqTunnel.Lab.Demo;
using K8sPqTunnel.Lab.Tests.Capture;

namespace K8sPqTunnel.Lab.Tests.Demo;

public sealed class DemoFindingsTests
{
    private static readonly byte[] Esp = Frames.Ipv4(Frames.Near, Frames.Far, 50, new byte[16]);
    private static readonly byte[] Clear = Frames.Ipv4(Frames.Near, Frames.Far, 1, new byte[16]);

    private static DemoFindings Good { get; } = new(
        new TunnelStatus { Ready = true, Phase = "Established", Ike = Ike(["P-384", "ML-KEM-768"], quantumSafe: true) },
        "AES_GCM_16-256/PRF_HMAC_SHA2_384/ECP_384/KE1_ML_KEM_768",
        new PingSummary(20, 20, 0.5),
        BitsPerSecond: 1e8,
        Wire(Esp));

    public static TheoryData<string> Promises { get; } = ["exchanges", "quantum safe", "peer", "ping", "iperf3", "no ESP", "clear", "missed"];

    [Fact]
    public void A_good_run_kept_every_promise() => Assert.Empty(Good.BrokenPromises());

    [Theory, MemberData(nameof(Promises))]
    public void Each_promise_can_be_broken(string which)
    {
        DemoFindings bad = which switch
        {
            "exchanges" => Good with { Status = Good.Status with { Ike = Ike(["P-384"], quantumSafe: true) } },
            "quantum safe" => Good with { Status = Good.Status with { Ike = Ike(["P-384", "ML-KEM-768"], quantumSafe: false) } },
            "peer" => Good with { PeerSas = "AES_GCM_16-256/PRF_HMAC_SHA2_384/ECP_384" },
            "ping" => Good with { Ping = new PingSummary(20, 19, 0.5) },
            "iperf3" => Good with { BitsPerSecond = 0 },
            "no ESP" => Good with { Wire = Wire() },
            "clear" => Good with { Wire = Wire(Esp, Clear) },
            "missed" => Good with { Wire = Wire(missed: 1, Esp) },
            _ => throw new ArgumentOutOfRangeException(nameof(which), which, null),
        };

        Assert.Single(bad.BrokenPromises());
    }

    private static IkeStatus Ike(string[] exchanges, bool quantumSafe) => new("0123456789abcdef", "", exchanges, quantumSafe, NatDetected: false);

    private static WireReport Wire(params byte[][] frames) => Wire(0, frames);

    private static WireReport Wire(int missed, params byte[][] frames)
    {
        using MemoryStream file = Frames.Pcap(frames);
        return WireReport.Read(file, [Frames.Near, Frames.Far], missed);
    }
}
