using System.Net;

namespace K8sPqTunnel.Dataplane.Netlink.Routing;

/// <summary>A policy routing rule. What is null is not asked for.</summary>
/// <param name="Priority">Lower ones are asked first; the main table stands at 32766.</param>
/// <param name="Table">Of a <see cref="RuleAction.Lookup"/>; of a <see cref="RuleAction.Goto"/> it does nothing and says whose rule it is.</param>
/// <param name="Protocol">FRA_PROTOCOL: who made it.</param>
/// <param name="InputInterface">Interface of arrival; "lo" for packets that this host originates.</param>
/// <param name="IpProtocol">17 is UDP.</param>
/// <param name="Target">Priority at which a <see cref="RuleAction.Goto"/> goes on; otherwise 0.</param>
/// <param name="FindsSource">
/// IPv6 only: a packet that has no source address yet fits <paramref name="From"/> if the one that it would get does.
/// </param>
/// <param name="Mark">Which mark the packet must have.</param>
/// <param name="SuppressPrefixLength">A route that the table gives does not count if its prefix is not longer than this.</param>
internal sealed record RuleEntry(
    uint Priority,
    RuleAction Action,
    uint Table,
    byte Protocol,
    IPNetwork? From = null,
    IPNetwork? To = null,
    string? InputInterface = null,
    byte? IpProtocol = null,
    ushort? SourcePort = null,
    ushort? DestinationPort = null,
    uint Target = 0,
    bool FindsSource = false,
    PacketMark? Mark = null,
    int? SuppressPrefixLength = null);
