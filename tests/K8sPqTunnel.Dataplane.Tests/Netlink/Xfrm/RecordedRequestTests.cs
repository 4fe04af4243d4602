using System.Net;
using K8sPqTunnel.Dataplane.Netlink;
using K8sPqTunnel.Dataplane.Netlink.Xfrm;

namespace K8sPqTunnel.Dataplane.Tests.Netlink.Xfrm;

public sealed class RecordedRequestTests
{
    private static readonly XfrmSelector Everything = XfrmSamples.Out.Selector;

    private static readonly Dictionary<string, XfrmState> States = new()
    {
        ["sa_gcm256"] = XfrmSamples.Gcm256 with { InterfaceId = 0x2a },
        ["sa_gcm256_flags"] = XfrmSamples.Gcm256 with { InterfaceId = 0x2a, Flags = XfrmStateFlags.AnyFamily },
        ["sa_gcm256_rw32"] = XfrmSamples.Gcm256 with { ReplayWindow = 32 },
        ["sa_gcm256_encap"] = XfrmSamples.Gcm256 with { InterfaceId = 0x2a, Encapsulation = new XfrmEncapsulation(4500, 4501) },
        ["sa_gcm256_esn128"] = XfrmSamples.Gcm256 with { ReplayWindow = 128, Flags = XfrmStateFlags.ExtendedSequence },
        ["sa_cbc_sha256"] = XfrmSamples.Plain with
        {
            Cipher = XfrmAlgorithm.WithKey("cbc(aes)", null, XfrmSamples.Key(32)),
            Integrity = XfrmAlgorithm.WithKey("hmac(sha256)", 128, XfrmSamples.Key(32)),
        },
        ["sa_v6_chacha"] = XfrmSamples.Plain with
        {
            Source = IPAddress.Parse("2001:db8::1"),
            Destination = IPAddress.Parse("2001:db8::2"),
            Aead = XfrmAlgorithm.WithKey("rfc7539esp(chacha20,poly1305)", 128, XfrmSamples.Key(36)),
        },
        ["sa_mark"] = XfrmSamples.Gcm256 with { Mark = new XfrmMark(0x2a, uint.MaxValue), OutputMark = new XfrmMark(0x10, 0xff) },
        ["sa_offload"] = XfrmSamples.Gcm256 with { Offload = new XfrmOffload(1, XfrmOffloadFlags.None) },
    };

    private static readonly Dictionary<string, XfrmPolicy> Policies = new()
    {
        ["pol_out"] = XfrmSamples.Out,
        ["pol_in"] = XfrmSamples.Out with { Direction = XfrmPolicyDirection.In, Template = XfrmSamples.Inbound },
        ["pol_fwd"] = XfrmSamples.Out with { Direction = XfrmPolicyDirection.Forward, Template = XfrmSamples.Inbound },
        ["pol_v6"] = XfrmSamples.Out with { Selector = new XfrmSelector(IPNetwork.Parse("::/0"), IPNetwork.Parse("::/0")) },
        ["pol_block"] = new XfrmPolicy(Everything, XfrmPolicyDirection.Out, XfrmAction.Block, 500000),
        ["pol_out_spi"] = new XfrmPolicy(
            new XfrmSelector(IPNetwork.Parse("10.1.0.0/16"), IPNetwork.Parse("10.2.0.0/16"), 6, XfrmPort.Any, new XfrmPort(443, 0xffff)),
            XfrmPolicyDirection.Out, XfrmAction.Allow, 1000, XfrmSamples.Outbound with { Spi = XfrmSamples.Spi }, Flags: 2),
    };

    public static TheoryData<string> StateNames => [.. States.Keys];

    public static TheoryData<string> PolicyNames => [.. Policies.Keys];

    [Theory, MemberData(nameof(StateNames))]
    public void A_state_is_written_as_iproute2_writes_it(string name)
    {
        XfrmState state = States[name];
        byte[] body = new byte[XfrmStateFormat.Length];
        XfrmStateFormat.WriteBody(state, body);
        AssertRecorded(name, XfrmMessage.NewState, NetlinkFlags.Ack, body, writer => XfrmStateFormat.WriteAttributes(state, writer));
    }

    [Theory, MemberData(nameof(PolicyNames))]
    public void A_policy_is_written_as_iproute2_writes_it(string name)
    {
        XfrmPolicy policy = Policies[name];
        byte[] body = new byte[XfrmPolicyFormat.Length];
        XfrmPolicyFormat.WriteBody(policy, body);
        ushort type = name == "pol_out_spi" ? XfrmMessage.UpdatePolicy : XfrmMessage.NewPolicy;
        AssertRecorded(name, type, NetlinkFlags.Ack, body, writer => XfrmPolicyFormat.WriteAttributes(policy, writer));
    }

    [Theory]
    [InlineData("sa_del", XfrmMessage.DeleteState, true)]
    [InlineData("sa_get", XfrmMessage.GetState, false)]
    public void A_state_is_named_as_iproute2_names_it(string name, ushort type, bool acknowledged)
    {
        byte[] body = new byte[XfrmStateId.Length];
        XfrmSamples.Gcm256.Id.Write(body);
        AssertRecorded(name, type, acknowledged ? NetlinkFlags.Ack : NetlinkFlags.None, body, XfrmSamples.Gcm256.Id.WriteAttributes);
    }

    [Theory]
    [InlineData("pol_del", XfrmMessage.DeletePolicy, true)]
    [InlineData("pol_get", XfrmMessage.GetPolicy, false)]
    public void A_policy_is_named_as_iproute2_names_it(string name, ushort type, bool acknowledged)
    {
        XfrmPolicy policy = XfrmSamples.Out with { Direction = acknowledged ? XfrmPolicyDirection.Out : XfrmPolicyDirection.In };
        byte[] body = new byte[XfrmPolicyFormat.IdLength];
        XfrmPolicyFormat.WriteId(policy, body);
        AssertRecorded(name, type, acknowledged ? NetlinkFlags.Ack : NetlinkFlags.None, body,
            writer => XfrmPolicyFormat.WriteIdAttributes(policy, writer));
    }

    [Fact]
    public void An_SPI_is_asked_for_as_iproute2_asks() => AssertRecorded(
        "allocspi", XfrmMessage.AllocateSpi, NetlinkFlags.None,
        XfrmStates.SpiRequest(XfrmSamples.Left, XfrmSamples.Right, XfrmSamples.Reqid, 0xc0000000, 0xcfffffff), static _ => { });

    [Fact]
    public void The_default_policy_is_asked_for_and_set_as_iproute2_does()
    {
        var defaults = new XfrmDefaults(XfrmDefaultAction.Block, XfrmDefaultAction.Block, XfrmDefaultAction.Accept);
        AssertRecorded("setdefault", XfrmMessage.SetDefault, NetlinkFlags.Ack, defaults.Body, static _ => { });
        AssertRecorded("getdefault", XfrmMessage.GetDefault, NetlinkFlags.None, default(XfrmDefaults).Body, static _ => { });
    }

    private static void AssertRecorded(string name, ushort type, NetlinkFlags flags, byte[] body, Action<NetlinkWriter> writeAttributes)
    {
        byte[] recorded = RecordedMessages.Find(name);
        var writer = new NetlinkWriter();
        writer.BeginMessage(type, flags, 0, body);
        writeAttributes(writer);
        writer.EndMessage();
        // What the sender's length leaves over is padding to the next message.
        Assert.Equal(Convert.ToHexString(recorded), Convert.ToHexString(writer.Written[..recorded.Length]));
        Assert.InRange(writer.Written.Length - recorded.Length, 0, 3);
    }
}
