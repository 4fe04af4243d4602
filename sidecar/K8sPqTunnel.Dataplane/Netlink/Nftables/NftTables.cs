using K8sPqTunnel.Dataplane.Interop;

namespace K8sPqTunnel.Dataplane.Netlink.Nftables;

/// <summary>The tables of nf_tables of one family, as they stand.</summary>
internal sealed class NftTables(NetlinkSocket socket, IpFamily family)
{
    private const ushort TableNameAttribute = 1;
    private const ushort TableUserDataAttribute = 6;
    private const ushort RuleTableAttribute = 1;
    private const ushort RuleChainAttribute = 2;
    private const ushort RuleExpressionsAttribute = 4;

    private readonly byte[] _body = [family.Number, 0, 0, 0];

    public IReadOnlyList<NftTable> List()
    {
        List<NftTable> tables = [];
        socket.Dump("list nftables tables", NftMessage.GetTable, _body, null, tables.Clear, (in NetlinkMessage message) =>
        {
            string? name = null;
            string? comment = null;
            NetlinkAttributes attributes = message.Attributes(NftMessage.BodyLength);
            while (attributes.TryRead(out NetlinkAttribute attribute))
            {
                if (attribute.Type == TableNameAttribute)
                    name = attribute.Text;
                else if (attribute.Type == TableUserDataAttribute)
                    comment = NftBatch.DecodeComment(attribute.Value);
            }
            if (name is not null)
                tables.Add(new NftTable(name, comment));
        });
        return tables;
    }

    /// <summary>Removes the table of this name; that there is none is no fault.</summary>
    /// <exception cref="NetlinkException">The kernel refused.</exception>
    public void Remove(string name)
    {
        if (!List().Any(table => table.Name == name))
            return;
        var batch = new NftBatch(family);
        batch.DeleteTable(name);
        batch.Commit(socket, $"remove {family} nftables table {name}");
    }

    /// <summary>Packets that the counters of a table's rules have seen, summed by chain; empty without such a table.</summary>
    public IReadOnlyDictionary<string, long> CountPackets(string table)
    {
        Dictionary<string, long> byChain = new(StringComparer.Ordinal);
        socket.Dump($"read the counters of nftables table {table}", NftMessage.GetRule, _body, writer => writer.Text(RuleTableAttribute, table),
            byChain.Clear, (in NetlinkMessage message) => AddRule(byChain, table, message), absent: Errno.NoEntry);
        return byChain;
    }

    private static void AddRule(Dictionary<string, long> byChain, string table, in NetlinkMessage message)
    {
        string chain = "";
        long packets = 0;
        NetlinkAttributes attributes = message.Attributes(NftMessage.BodyLength);
        while (attributes.TryRead(out NetlinkAttribute attribute))
        {
            if (attribute.Type == RuleTableAttribute && attribute.Text != table)
                return;                                                 // An older kernel dumps the rules of all tables.
            if (attribute.Type == RuleChainAttribute)
                chain = attribute.Text;
            else if (attribute.Type == RuleExpressionsAttribute)
                packets += CounterOf(attribute.Nested);
        }
        byChain[chain] = byChain.GetValueOrDefault(chain) + packets;
    }

    private static long CounterOf(NetlinkAttributes expressions)
    {
        long packets = 0;
        while (expressions.TryRead(out NetlinkAttribute expression))
        {
            bool isCounter = false;
            NetlinkAttributes parts = expression.Nested;
            while (parts.TryRead(out NetlinkAttribute part))
            {
                if (part.Type == NftExpression.NameAttribute)
                    isCounter = part.Text == NftExpression.CounterName;
                else if (part.Type == NftExpression.DataAttribute && isCounter)
                    packets += PacketsOf(part.Nested);
            }
        }
        return packets;
    }

    private static long PacketsOf(NetlinkAttributes counter)
    {
        while (counter.TryRead(out NetlinkAttribute value))
        {
            if (value.Type == NftExpression.CounterPacketsAttribute)
                return (long)value.BigEndian64;
        }
        return 0;
    }
}
