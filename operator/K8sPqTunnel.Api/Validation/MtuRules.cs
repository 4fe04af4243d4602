using System.Globalization;
using K8sPqTunnel.Api.Resources;
using K8sPqTunnel.Api.Settings;

namespace K8sPqTunnel.Api.Validation;

/// <summary>spec.mtu: how large the tunnel's packets may be.</summary>
internal static class MtuRules
{
    private const string Auto = "Auto";
    
    /// <summary>Not "Off", which many a reader of YAML takes for false.</summary>
    private const string Disabled = "Disabled";
    private const string ClampPath = "spec.mtu.tcpMssClamp";

    /// <summary>What ESP adds at least: IPv4 20, ESP 8, IV 8, pad length and next header 2, ICV 16.</summary>
    private const int LeastOverhead = 54;

    private const int SmallestOfIpv6 = 1280;

    /// <summary>RFC 8899 5.1.1: a confirmation timer between seconds and minutes.</summary>
    private static readonly TimeSpan UsualInterval = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan ShortestInterval = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan LongestInterval = TimeSpan.FromHours(1);

    public static void Read(IpsecTunnelSpec spec, SettingsDraft draft)
    {
        int? value = ReadSize(spec.Mtu?.Value, "spec.mtu.value", 1400, draft);
        int? path = ReadSize(spec.Mtu?.Path, "spec.mtu.path", 1500, draft);
        if (value > path - LeastOverhead)
            draft.Report("spec.mtu.value", $"{value} does not fit a path of {path} (spec.mtu.path) once it is encrypted: write {path - LeastOverhead} or less, or leave one of them out");
        if (value < SmallestOfIpv6 && draft.Remote.Any(network => network.BaseAddress.GetAddressBytes().Length == 16))
            draft.Report("spec.mtu.value", $"{value} is too small for the IPv6 networks of spec.traffic: write {SmallestOfIpv6} or more");
        (bool clamps, int? mss) = ReadClamp(spec.Mtu?.TcpMssClamp ?? draft.Defaults.TcpMssClamp, draft);
        draft.Mtu = new MtuSettings(value, path, clamps, mss, (spec.Mtu?.Probe ?? PathProbing.Auto) == PathProbing.Auto,
            DurationRules.Read(spec.Mtu?.ProbeInterval, UsualInterval, ShortestInterval, LongestInterval, "spec.mtu.probeInterval", draft));
    }

    private static int? ReadSize(int? size, string at, int example, SettingsDraft draft) =>
        size is null ? null : NumberRules.Read(size, example, MtuLimits.Smallest, MtuLimits.Largest, at, draft);

    private static (bool Clamps, int? Mss) ReadClamp(string text, SettingsDraft draft)
    {
        if (text is Auto or Disabled)
            return (text == Auto, null);
        if (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int mss))
            draft.Report(ClampPath, $"\"{text}\" is neither {Auto} nor {Disabled} nor a number of octets, for example 1360");
        else
            NumberRules.Read(mss, 1360, MtuLimits.SmallestSegment, MtuLimits.LargestSegment, ClampPath, draft);
        return (true, mss);
    }
}
