using System.Globalization;
using System.Text.Json.Nodes;
using FsCheck;
using FsCheck.Fluent;
using K8sPqTunnel.Api.Settings;

namespace K8sPqTunnel.Api.Tests.Settings;

/// <summary>A field that profiles fill in.</summary>
/// <param name="Path">Where it stands below spec.</param>
/// <param name="Values">Values that a user may write, as JSON text.</param>
/// <param name="Read">What the settings have for it, as the same JSON text.</param>
internal sealed record ProfiledField(string Path, Gen<string> Values, Func<TunnelSettings, string> Read)
{
    public static IReadOnlyList<ProfiledField> All { get; } =
    [
        new("ike.proposals", Texts("aes128gcm16-prfsha256-ecp256-ke1_mlkem512", "chacha20poly1305-prfsha512-x25519-ke1_mlkem1024"),
            s => List(ProfiledTunnel.Keywords(s.IkeProposals))),
        new("ike.lifetime", Seconds(60, 600_000), s => Time(s.IkeLifetime)),
        new("ike.reauthenticate", Gen.Elements("true", "false"), s => s.Reauthenticate ? "true" : "false"),
        new("child.proposals", Texts("aes128gcm16", "aes256gcm16-x25519-ke1_mlkem1024"), s => List(ProfiledTunnel.Keywords(s.ChildProposals))),
        new("child.lifetime", Seconds(60, 170_000), s => Time(s.ChildLifetime)),
        new("child.replayWindow", Numbers(0, 4096), s => Number(s.ReplayWindow)),
        new("child.successorDelay", Seconds(0, 300), s => Time(s.SuccessorDelay)),
        new("traffic.selectors", Gen.Elements("\"Combined\"", "\"PerPair\""), s => $"\"{s.Selectors}\""),
        new("transport.fragmentSize", Numbers(576, 9000), s => Number(s.Transport.FragmentSize)),
        new("transport.natKeepalive", Seconds(1, 600), s => Time(s.Transport.NatKeepalive)),
        new("transport.startPort", Gen.Elements("500", "4500"), s => Number(s.Transport.StartPort)),
        new("transport.mobike", Gen.Elements("true", "false"), s => s.Transport.Mobike ? "true" : "false"),
        new("transport.tcp", Gen.Elements("\"Never\"", "\"Fallback\"", "\"Always\""), s => $"\"{s.Transport.Tcp}\""),
        new("transport.followRedirects", Gen.Elements("true", "false"), s => s.Transport.FollowRedirects ? "true" : "false"),
        new("mtu.tcpMssClamp", Gen.Elements("\"Auto\"", "\"Disabled\"", "1360"), s => s.Mtu.Mss is { } mss ? Number(mss) : s.Mtu.ClampsMss ? "\"Auto\"" : "\"Disabled\""),
        new("liveness.delay", Seconds(1, 3600), s => Time(s.Liveness.Delay)),
        new("liveness.timeout", Seconds(1, 30), s => Time(s.Liveness.Timeout)),
        new("liveness.repeats", Numbers(1, 10), s => Number(s.Liveness.Repeats)),
    ];

    public override string ToString() => Path;

    /// <summary>The part of a spec that holds a value for the field alone.</summary>
    public JsonObject Spec(string value)
    {
        JsonNode node = JsonNode.Parse(value)!;
        foreach (string name in Path.Split('.').Reverse())
            node = new JsonObject { [name] = node };
        return (JsonObject)node;
    }

    private static Gen<string> Texts(params string[] proposals) => Gen.Elements(proposals).Select(List);

    private static Gen<string> Numbers(int least, int most) => Gen.Choose(least, most).Select(Number);

    private static Gen<string> Seconds(int least, int most) => Gen.Choose(least, most).Select(seconds => Time(TimeSpan.FromSeconds(seconds)));

    private static string List(string text) => $"[\"{text}\"]";

    private static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);

    private static string Time(TimeSpan value) => $"\"{new Duration(value)}\"";
}
