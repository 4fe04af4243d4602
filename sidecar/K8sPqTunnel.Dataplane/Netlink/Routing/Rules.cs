using System.Net;
using System.Runtime.InteropServices;
using K8sPqTunnel.Dataplane.Interop;

namespace K8sPqTunnel.Dataplane.Netlink.Routing;

/// <summary>Policy routing rules of one family by rtnetlink.</summary>
internal sealed class Rules(NetlinkSocket socket, IpFamily family)
{
    /// <summary>struct fib_rule_hdr: family 1, destination and source length 1 + 1, TOS 1, table 1, reserved 2, action 1, flags 4.</summary>
    private const int BodyLength = 12;
    private const int FlagsOffset = 8;

    /// <summary>FIB_RULE_FIND_SADDR.</summary>
    private const uint FindSource = 0x10000;
    private const ushort DestinationAttribute = 1;
    private const ushort SourceAttribute = 2;
    private const ushort InputInterfaceAttribute = 3;
    private const ushort GotoAttribute = 4;
    private const ushort PriorityAttribute = 6;
    private const ushort MarkAttribute = 10;
    private const ushort SuppressPrefixLengthAttribute = 14;
    private const ushort TableAttribute = 15;
    private const ushort MarkMaskAttribute = 16;
    private const ushort ProtocolAttribute = 21;
    private const ushort IpProtocolAttribute = 22;
    private const ushort SourcePortAttribute = 23;
    private const ushort DestinationPortAttribute = 24;

    public IReadOnlyList<RuleEntry> List()
    {
        List<RuleEntry> rules = [];
        byte[] body = new byte[BodyLength];
        body[0] = family.Number;
        socket.Dump($"list routing rules of {family}", RouteMessage.GetRule, body, null, rules.Clear,
            (in NetlinkMessage message) => Add(rules, message));
        return rules;
    }

    /// <summary>Adds the rule; that it is there already is no fault.</summary>
    public void Add(RuleEntry rule) =>
        socket.Execute($"add a routing rule for table {rule.Table}", RouteMessage.NewRule, NetlinkFlags.Create | NetlinkFlags.Exclusive,
            Body(rule), writer => WriteAttributes(writer, rule), tolerated: Errno.Exists);

    /// <summary>Removes exactly this rule; that it is gone already is no fault.</summary>
    public void Remove(RuleEntry rule) =>
        socket.Execute($"remove a routing rule for table {rule.Table}", RouteMessage.DeleteRule, NetlinkFlags.None,
            Body(rule), writer => WriteAttributes(writer, rule), tolerated: Errno.NoEntry);

    private byte[] Body(RuleEntry rule)
    {
        byte[] body =
            [family.Number, (byte)(rule.To?.PrefixLength ?? 0), (byte)(rule.From?.PrefixLength ?? 0), 0, 0, 0, 0, (byte)rule.Action, 0, 0, 0, 0];
        MemoryMarshal.Write(body.AsSpan(FlagsOffset), rule.FindsSource ? FindSource : 0);
        return body;
    }

    private static void WriteAttributes(NetlinkWriter writer, RuleEntry rule)
    {
        writer.Number(PriorityAttribute, rule.Priority);
        writer.Number(TableAttribute, rule.Table);
        writer.Byte(ProtocolAttribute, rule.Protocol);
        if (rule.From is { PrefixLength: > 0 } from)
            writer.Address(SourceAttribute, from.BaseAddress);
        if (rule.To is { PrefixLength: > 0 } to)
            writer.Address(DestinationAttribute, to.BaseAddress);
        if (rule.InputInterface is not null)
            writer.Text(InputInterfaceAttribute, rule.InputInterface);
        if (rule.IpProtocol is byte protocol)
            writer.Byte(IpProtocolAttribute, protocol);
        if (rule.SourcePort is ushort source)
            writer.Octets(SourcePortAttribute, MemoryMarshal.AsBytes([source, source]));   // struct fib_rule_port_range
        if (rule.DestinationPort is ushort destination)
            writer.Octets(DestinationPortAttribute, MemoryMarshal.AsBytes([destination, destination]));
        if (rule.Mark is { } mark)
        {
            writer.Number(MarkAttribute, mark.Value);
            writer.Number(MarkMaskAttribute, mark.Mask);
        }
        if (rule.SuppressPrefixLength is { } suppressed)
            writer.Number(SuppressPrefixLengthAttribute, (uint)suppressed);
        if (rule.Action == RuleAction.Goto)
            writer.Number(GotoAttribute, rule.Target);
    }

    private void Add(List<RuleEntry> rules, in NetlinkMessage message)
    {
        if (message.Type != RouteMessage.NewRule || message.Body.Length < BodyLength || message.Body[0] != family.Number)
            return;

        bool findsSource = (MemoryMarshal.Read<uint>(message.Body[FlagsOffset..]) & FindSource) != 0;
        var rule = new RuleEntry(0, (RuleAction)message.Body[7], message.Body[4], 0, FindsSource: findsSource);
        NetlinkAttributes attributes = message.Attributes(BodyLength);
        while (attributes.TryRead(out NetlinkAttribute attribute))
        {
            rule = attribute.Type switch
            {
                PriorityAttribute => rule with { Priority = attribute.Number },
                TableAttribute => rule with { Table = attribute.Number },
                ProtocolAttribute => rule with { Protocol = (byte)attribute.Number },
                SourceAttribute => rule with { From = NetworkOf(attribute, message.Body[2]) },
                DestinationAttribute => rule with { To = NetworkOf(attribute, message.Body[1]) },
                InputInterfaceAttribute => rule with { InputInterface = attribute.Text },
                IpProtocolAttribute => rule with { IpProtocol = (byte)attribute.Number },
                SourcePortAttribute when attribute.Value.Length >= sizeof(ushort) =>
                    rule with { SourcePort = MemoryMarshal.Read<ushort>(attribute.Value) },
                DestinationPortAttribute when attribute.Value.Length >= sizeof(ushort) =>
                    rule with { DestinationPort = MemoryMarshal.Read<ushort>(attribute.Value) },
                MarkAttribute => rule with { Mark = new PacketMark(attribute.Number, rule.Mark?.Mask ?? uint.MaxValue) },
                MarkMaskAttribute => rule with { Mark = new PacketMark(rule.Mark?.Value ?? 0, attribute.Number) },
                // All ones where nothing is suppressed.
                SuppressPrefixLengthAttribute when attribute.Number != uint.MaxValue => rule with { SuppressPrefixLength = (int)attribute.Number },
                GotoAttribute => rule with { Target = attribute.Number },
                _ => rule,
            };
        }
        rules.Add(rule);
    }

    private static IPNetwork? NetworkOf(in NetlinkAttribute attribute, byte prefixLength) =>
        attribute.Address is IPAddress address ? new IPNetwork(address, prefixLength) : null;
}
