using System.Buffers.Binary;
using System.Text;

namespace K8sPqTunnel.Dataplane.Netlink.Nftables;

/// <summary>A transaction on nf_tables of one family: all of it takes effect at once, or none.</summary>
internal sealed class NftBatch(IpFamily family)
{
    /// <summary>NFTNL_UDATA_TABLE_COMMENT: how nft(8) stores a comment in user data: type 1, length 1, text, zero.</summary>
    private const byte CommentType = 0;
    private const int LongestComment = 128;
    private const ushort TableNameAttribute = 1;
    private const ushort TableUserDataAttribute = 6;
    private const ushort ChainTableAttribute = 1;
    private const ushort ChainNameAttribute = 3;
    private const ushort ChainHookAttribute = 4;
    private const ushort ChainPolicyAttribute = 5;
    private const ushort ChainTypeAttribute = 7;
    private const ushort HookNumberAttribute = 1;
    private const ushort HookPriorityAttribute = 2;
    private const ushort RuleTableAttribute = 1;
    private const ushort RuleChainAttribute = 2;
    private const ushort RuleExpressionsAttribute = 4;
    private const uint AcceptPolicy = 1;
    private const uint FirstSequence = 1;

    private readonly NetlinkWriter _writer = new();
    private readonly List<(ushort Type, NetlinkFlags Flags, Action<NetlinkWriter> Write)> _messages = [];

    /// <summary>Makes the table, or leaves the one that is there as it is.</summary>
    /// <param name="comment">Cut after 128 octets.</param>
    public void PutTable(string table, string comment) => Add(NftMessage.NewTable, NetlinkFlags.Create, writer =>
    {
        writer.Text(TableNameAttribute, table);
        writer.Octets(TableUserDataAttribute, EncodeComment(comment));
    });

    /// <summary>Makes the table anew and empty, whether or not there is one.</summary>
    /// <param name="comment">As above.</param>
    public void ReplaceTable(string table, string comment)
    {
        // What is not there cannot be deleted.
        PutTable(table, comment);
        DeleteTable(table);
        PutTable(table, comment);
    }

    /// <summary>Removes the table with all that is in it.</summary>
    public void DeleteTable(string table) =>
        Add(NftMessage.DeleteTable, NetlinkFlags.None, writer => writer.Text(TableNameAttribute, table));

    /// <summary>Makes a chain that others jump to.</summary>
    public void AddChain(string table, string chain) => Add(NftMessage.NewChain, NetlinkFlags.Create, writer =>
    {
        writer.Text(ChainTableAttribute, table);
        writer.Text(ChainNameAttribute, chain);
    });

    /// <summary>Makes a chain that packets come to at a hook; what no rule decides goes on.</summary>
    /// <param name="type">"filter" or "nat".</param>
    /// <param name="priority">Of the chains at a hook the lower one is asked first.</param>
    public void AddBaseChain(string table, string chain, string type, NftHook hook, int priority) =>
        Add(NftMessage.NewChain, NetlinkFlags.Create, writer =>
        {
            writer.Text(ChainTableAttribute, table);
            writer.Text(ChainNameAttribute, chain);
            int nested = writer.BeginNested(ChainHookAttribute);
            writer.BigEndian(HookNumberAttribute, (uint)hook);
            writer.BigEndian(HookPriorityAttribute, (uint)priority);
            writer.EndNested(nested);
            writer.BigEndian(ChainPolicyAttribute, AcceptPolicy);
            writer.Text(ChainTypeAttribute, type);
        });

    /// <summary>Adds a rule at the end of a chain.</summary>
    public void AddRule(string table, string chain, NftRule rule) =>
        Add(NftMessage.NewRule, NetlinkFlags.Create | NetlinkFlags.Append, writer =>
        {
            writer.Text(RuleTableAttribute, table);
            writer.Text(RuleChainAttribute, chain);
            int nested = writer.BeginNested(RuleExpressionsAttribute);
            rule.Write(writer);
            writer.EndNested(nested);
        });

    /// <summary>Hands the transaction to the kernel.</summary>
    /// <exception cref="NetlinkException">The kernel refused, and nothing has changed.</exception>
    public void Commit(NetlinkSocket socket, string what)
    {
        uint last = Build();
        socket.ExecuteBatch(what, _writer.Written, FirstSequence, last);
    }

    /// <summary>All of it as octets: two that do the same have the same. Nothing can be added any more.</summary>
    public byte[] ToArray()
    {
        Build();
        return _writer.Written.ToArray();
    }

    /// <returns>The last message's sequence number but for the end's.</returns>
    private uint Build()
    {
        uint sequence = FirstSequence + (uint)_messages.Count;
        if (!_writer.Written.IsEmpty)
            return sequence;
        sequence = FirstSequence;
        Write(NftMessage.BatchBegin, NetlinkFlags.None, sequence, BatchBody(), null);
        for (int i = 0; i < _messages.Count; i++)
        {
            // One acknowledgement, for the last, tells that all went well; a refused one is answered in any case.
            NetlinkFlags acknowledge = i == _messages.Count - 1 ? NetlinkFlags.Ack : NetlinkFlags.None;
            Write(_messages[i].Type, _messages[i].Flags | acknowledge, ++sequence, [family.Number, 0, 0, 0], _messages[i].Write);
        }
        Write(NftMessage.BatchEnd, NetlinkFlags.None, sequence + 1, BatchBody(), null);
        return sequence;
    }

    /// <summary>A comment as <see cref="PutTable"/> stored it; null if that isn't one.</summary>
    internal static string? DecodeComment(ReadOnlySpan<byte> userData) =>
        userData.Length > 2 && userData[0] == CommentType && userData[1] <= userData.Length - 2
            ? Encoding.UTF8.GetString(userData.Slice(2, userData[1]).TrimEnd((byte)0))
            : null;

    private static byte[] EncodeComment(string comment)
    {
        byte[] text = Encoding.UTF8.GetBytes(comment);
        int length = Math.Min(text.Length, LongestComment);
        return [CommentType, (byte)(length + 1), .. text.AsSpan(0, length), 0];
    }

    private static byte[] BatchBody()
    {
        byte[] body = new byte[NftMessage.BodyLength];
        BinaryPrimitives.WriteUInt16BigEndian(body.AsSpan(2), NftMessage.NewTable >> 8);
        return body;
    }

    private void Add(ushort type, NetlinkFlags flags, Action<NetlinkWriter> write) => _messages.Add((type, flags, write));

    private void Write(ushort type, NetlinkFlags flags, uint sequence, ReadOnlySpan<byte> body, Action<NetlinkWriter>? write)
    {
        _writer.BeginMessage(type, flags, sequence, body);
        write?.Invoke(_writer);
        _writer.EndMessage();
    }
}
