using System.Net;
using K8sPqTunnel.Dataplane.Interop;
using K8sPqTunnel.Dataplane.Netlink;
using K8sPqTunnel.Dataplane.Netlink.Nftables;
using K8sPqTunnel.Dataplane.Probing;

namespace K8sPqTunnel.Dataplane.Guarding;

/// <summary>
/// The chains of one family in a tunnel's nftables table by which the kernel answers the peer's health checks at addresses that
/// <see cref="Steering"/> makes this host's.
/// </summary>
/// <remarks>
/// Requests need no rule. An echo reply that claims to come from such an address, which no router would send back to where its source is at
/// home, becomes the request that it would answer: the kernel then makes the same reply of it, and meets the policies that the tunnel has.
/// Two ends with one address would never stop, so our answers leave with a time to live with which nothing is turned again.
/// </remarks>
internal sealed class AnswerChains(string table, IpFamily family, GuardedTraffic traffic, string? tunnelInterface)
{
    /// <summary>Counts the answers that go into the tunnel.</summary>
    public const string AnsweredChain = "answered";

    private const string ReturningChain = "returning_replies";
    private const string RefusingChain = "nothing_but_echo";

    /// <summary>Before connections are followed (-200): these see what they would if the peer had asked.</summary>
    private const int BeforeTracking = -300;
    private const int Filter = 10;

    /// <summary>Of our answers: the highest of those that <see cref="TurnedMask"/> picks out, so 31 routers may follow before one is turned again.</summary>
    private const byte TurnedTimeToLive = 0xbf;
    private const byte TurnedMask = 0xe0;

    private readonly byte _protocol = family == IpFamily.V4 ? IcmpEcho.Ipv4Protocol : IcmpEcho.Ipv6Protocol;
    private readonly byte _request = family == IpFamily.V4 ? IcmpEcho.Ipv4Request : IcmpEcho.Ipv6Request;
    private readonly byte _reply = family == IpFamily.V4 ? IcmpEcho.Ipv4Reply : IcmpEcho.Ipv6Reply;

    /// <summary>What a kernel answers that has no nftables, or not all that the rules ask for.</summary>
    public static bool IsMissing(NetlinkException refusal) => refusal.ErrorNumber is Errno.NoEntry or Errno.NotSupported or Errno.ProtocolNotSupported;

    /// <param name="own">Those of the addresses that this host has besides: what it does there is its own affair.</param>
    public void AddTo(NftBatch batch, IReadOnlyList<IPAddress> own)
    {
        batch.AddBaseChain(table, ReturningChain, "filter", NftHook.PreRouting, BeforeTracking);
        batch.AddBaseChain(table, RefusingChain, "filter", NftHook.Input, Filter);
        batch.AddBaseChain(table, AnsweredChain, "filter", NftHook.Output, Filter);
        foreach (IPAddress address in traffic.Answers)
        {
            IPNetwork host = family.Host(address);
            batch.AddRule(table, ReturningChain, OutOfTunnel().From(host).Icmp(_protocol, _reply)
                .TimeToLive(TurnedMask, TurnedTimeToLive & TurnedMask, isNot: true).SwapAddresses().SetIcmp(_request));
            foreach (NftRule rule in IntoTunnel())
                batch.AddRule(table, AnsweredChain, rule.From(host).Icmp(_protocol, _reply).Count().SetTimeToLive(TurnedTimeToLive, _protocol));
            if (own.Contains(address))
                continue;
            // Nobody's address is no way to this host's services.
            batch.AddRule(table, RefusingChain, Rule().To(host).Icmp(_protocol, _request).Accept());
            batch.AddRule(table, RefusingChain, Rule().To(host).Drop());
        }
    }

    private NftRule OutOfTunnel() => tunnelInterface is not null ? Rule().InputInterface(tunnelInterface) : Rule().OutOfEsp();

    private IEnumerable<NftRule> IntoTunnel() => tunnelInterface is not null
        ? [Rule().OutputInterface(tunnelInterface)]
        : traffic.Remote.Select(remote => Rule().To(remote));

    private NftRule Rule() => new(family);
}
