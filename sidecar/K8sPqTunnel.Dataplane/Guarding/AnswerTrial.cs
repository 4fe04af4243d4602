using System.Net;
using System.Security.Cryptography;
using K8sPqTunnel.Dataplane.Netlink;
using K8sPqTunnel.Dataplane.Netlink.Nftables;

namespace K8sPqTunnel.Dataplane.Guarding;

/// <summary>Asks the kernel whether it can answer health checks, by having it take the rules and forget them in one transaction.</summary>
internal static class AnswerTrial
{
    public const string NoRules =
        "the kernel can't answer health checks of spec.probe.answer: it was built without CONFIG_NF_TABLES, CONFIG_NF_TABLES_IPV4 or CONFIG_NF_TABLES_IPV6, or the module nf_tables is not loaded";

    private const string Ipv4Ignores = "net.ipv4.icmp_echo_ignore_all";
    private const string Ipv6Ignores = "net.ipv6.icmp.echo_ignore_all";

    /// <summary>What keeps the kernel of this thread's network namespace from it; null if nothing does.</summary>
    /// <returns>One sentence with the missing kernel option or the setting in the way.</returns>
    public static string? WhyNot(IReadOnlyList<IPAddress> answers)
    {
        foreach (IpFamily family in IpFamily.Both.Where(family => answers.Any(family.Has)))
        {
            string setting = family == IpFamily.V4 ? Ipv4Ignores : Ipv6Ignores;
            if (IsOn(setting))
                return $"the kernel answers no health checks of spec.probe.answer while {setting} is 1: set it to 0";
            if (WhyNoRules(family, answers) is { } reason)
                return reason;
        }
        return null;
    }

    private static string? WhyNoRules(IpFamily family, IReadOnlyList<IPAddress> answers)
    {
        string table = $"pqttrial_{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(6))}";
        GuardedTraffic traffic = new GuardedTraffic([], [new IPNetwork(family.Any, 0)], [], []) { Answers = answers }.Of(family);
        try
        {
            using var netfilter = new NetlinkSocket(NetlinkProtocol.Netfilter);
            var batch = new NftBatch(family);
            batch.PutTable(table, "a trial");
            new AnswerChains(table, family, traffic, tunnelInterface: null).AddTo(batch, own: []);
            batch.DeleteTable(table);
            batch.Commit(netfilter, $"try {family} rules that answer health checks");
            return null;
        }
        catch (NetlinkException refused)
        {
            return AnswerChains.IsMissing(refused) ? NoRules : refused.Message;
        }
    }

    private static bool IsOn(string setting)
    {
        try
        {
            return File.ReadAllText($"/proc/sys/{setting.Replace('.', '/')}").Trim() == "1";
        }
        catch (IOException)
        {
            return false;                                               // The kernel does not have the family, or the switch.
        }
    }
}
