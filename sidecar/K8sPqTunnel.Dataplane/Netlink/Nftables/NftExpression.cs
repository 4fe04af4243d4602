namespace K8sPqTunnel.Dataplane.Netlink.Nftables;

/// <summary>Writes the expressions that a rule is made of, each as an element of the rule's list. They share register 1, unless one says which.</summary>
/// <remarks>Attributes are numbered anew in each expression, from 1 on, in the order of linux/netfilter/nf_tables.h; all numbers are big endian.</remarks>
internal static class NftExpression
{
    /// <summary>NFT_PAYLOAD_NETWORK_HEADER.</summary>
    public const uint NetworkHeader = 1;

    /// <summary>NFT_PAYLOAD_TRANSPORT_HEADER.</summary>
    public const uint TransportHeader = 2;

    /// <summary>The attribute that holds an expression, in a list.</summary>
    public const ushort ListElement = 1;
    public const ushort NameAttribute = 1;
    public const ushort DataAttribute = 2;
    public const string CounterName = "counter";
    public const ushort CounterPacketsAttribute = 2;

    /// <summary>NFT_REG_2, where two values are needed at once.</summary>
    public const uint SecondRegister = 2;

    private const uint InternetChecksum = 1;                            // NFT_PAYLOAD_CSUM_INET
    private const uint VerdictRegister = 0;
    private const uint Register = 1;
    private const ushort DataValue = 1;
    private const ushort DataVerdict = 2;
    private const uint Greater = 4;                                     // NFT_CMP_GT
    private const byte MaximumSegmentSize = 2;                          // TCPOPT_MAXSEG (RFC 9293 3.1): kind 1, length 1, size 2
    private const uint SegmentSizeOffset = 2;
    private const uint SegmentSizeLength = 2;
    private const uint ByDestination = 2;                               // NFTA_FIB_F_DADDR
    private const uint ByMark = 4;                                      // NFTA_FIB_F_MARK
    private const uint ResultIsPresence = 32;                           // NFTA_FIB_F_PRESENT
    private const uint TcpOption = 1;                                   // NFT_EXTHDR_OP_TCPOPT

    /// <summary>Loads a property of the packet, such as its interface.</summary>
    public static void Meta(NetlinkWriter writer, uint key)
    {
        (int element, int data) = Begin(writer, "meta");
        writer.BigEndian(1, Register);
        writer.BigEndian(2, key);
        End(writer, element, data);
    }

    /// <summary>Has a property of the packet be what the register holds.</summary>
    public static void SetMeta(NetlinkWriter writer, uint key)
    {
        (int element, int data) = Begin(writer, "meta");
        writer.BigEndian(2, key);
        writer.BigEndian(3, Register);
        End(writer, element, data);
    }

    /// <summary>Loads octets of the packet.</summary>
    /// <param name="header">Where <paramref name="offset"/> counts from.</param>
    public static void Payload(NetlinkWriter writer, uint header, uint offset, uint length, uint register = Register)
    {
        (int element, int data) = Begin(writer, "payload");
        writer.BigEndian(1, register);
        writer.BigEndian(2, header);
        writer.BigEndian(3, offset);
        writer.BigEndian(4, length);
        End(writer, element, data);
    }

    /// <summary>Writes the register over octets of the packet.</summary>
    /// <param name="header">Where the offsets count from.</param>
    /// <param name="checksumOffset">Of the Internet checksum that covers them, and is set right; null for none.</param>
    public static void Store(NetlinkWriter writer, uint header, uint offset, uint length, uint? checksumOffset, uint register = Register)
    {
        (int element, int data) = Begin(writer, "payload");
        writer.BigEndian(2, header);
        writer.BigEndian(3, offset);
        writer.BigEndian(4, length);
        writer.BigEndian(5, register);
        if (checksumOffset is { } sum)
        {
            writer.BigEndian(6, InternetChecksum);
            writer.BigEndian(7, sum);
        }
        End(writer, element, data);
    }

    /// <summary>Masks the register, and then changes the bits of <paramref name="flip"/>, which is as long as the mask or empty.</summary>
    public static void Bitwise(NetlinkWriter writer, ReadOnlySpan<byte> mask, ReadOnlySpan<byte> flip = default)
    {
        (int element, int data) = Begin(writer, "bitwise");
        writer.BigEndian(1, Register);
        writer.BigEndian(2, Register);
        writer.BigEndian(3, (uint)mask.Length);
        Value(writer, 4, mask);
        Value(writer, 5, flip.IsEmpty ? stackalloc byte[mask.Length] : flip);
        End(writer, element, data);
    }

    /// <summary>Goes on only if the register equals <paramref name="value"/>, or only if it doesn't.</summary>
    public static void Compare(NetlinkWriter writer, ReadOnlySpan<byte> value, bool isNot = false) => Compare(writer, value, isNot ? 1u : 0u);

    /// <summary>Goes on only if the register, read as one number in network byte order, is greater.</summary>
    public static void CompareGreater(NetlinkWriter writer, ReadOnlySpan<byte> value) => Compare(writer, value, Greater);

    private static void Compare(NetlinkWriter writer, ReadOnlySpan<byte> value, uint operation)
    {
        (int element, int data) = Begin(writer, "cmp");
        writer.BigEndian(1, Register);
        writer.BigEndian(2, operation);
        Value(writer, 3, value);
        End(writer, element, data);
    }

    /// <summary>Loads a constant.</summary>
    public static void Constant(NetlinkWriter writer, ReadOnlySpan<byte> value)
    {
        (int element, int data) = Begin(writer, "immediate");
        writer.BigEndian(1, Register);
        Value(writer, 2, value);
        End(writer, element, data);
    }

    /// <summary>Loads TCP's maximum segment size; a packet without that option goes no further.</summary>
    public static void LoadSegmentSize(NetlinkWriter writer) => SegmentSize(writer, registerAttribute: 1);

    /// <summary>Writes the register into TCP's maximum segment size, and sets its checksum right.</summary>
    public static void StoreSegmentSize(NetlinkWriter writer) => SegmentSize(writer, registerAttribute: 7);

    private static void SegmentSize(NetlinkWriter writer, ushort registerAttribute)
    {
        (int element, int data) = Begin(writer, "exthdr");
        writer.BigEndian(registerAttribute, Register);
        writer.Byte(2, MaximumSegmentSize);
        writer.BigEndian(3, SegmentSizeOffset);
        writer.BigEndian(4, SegmentSizeLength);
        writer.BigEndian(6, TcpOption);
        End(writer, element, data);
    }

    /// <summary>Loads whether there is a route for the packet, by its addresses and its mark: 1 octet, 0 or 1.</summary>
    public static void HasRoute(NetlinkWriter writer) => RouteLookup(writer, result: 1, flags: ByDestination | ByMark | ResultIsPresence);

    /// <summary>Loads of which kind the destination address is (RTN_ of linux/rtnetlink.h), in host byte order.</summary>
    public static void DestinationKind(NetlinkWriter writer) => RouteLookup(writer, result: 3, flags: ByDestination);

    /// <param name="result">NFT_FIB_RESULT_OIF, an interface, or NFT_FIB_RESULT_ADDRTYPE.</param>
    private static void RouteLookup(NetlinkWriter writer, uint result, uint flags)
    {
        (int element, int data) = Begin(writer, "fib");
        writer.BigEndian(1, Register);
        writer.BigEndian(2, result);
        writer.BigEndian(3, flags);
        End(writer, element, data);
    }

    public static void Counter(NetlinkWriter writer)
    {
        (int element, int data) = Begin(writer, CounterName);
        End(writer, element, data);
    }

    /// <param name="chain">Where a jump goes.</param>
    public static void Verdict(NetlinkWriter writer, NftVerdict verdict, string? chain = null)
    {
        (int element, int data) = Begin(writer, "immediate");
        writer.BigEndian(1, VerdictRegister);
        int value = writer.BeginNested(2);
        int nested = writer.BeginNested(DataVerdict);
        writer.BigEndian(1, (uint)verdict);
        if (chain is not null)
            writer.Text(2, chain);
        writer.EndNested(nested);
        writer.EndNested(value);
        End(writer, element, data);
    }

    /// <summary>Translates the source address into what the register holds.</summary>
    public static void SourceNat(NetlinkWriter writer, IpFamily family) => Nat(writer, family, kind: 0);

    /// <summary>Translates the destination address into what the register holds.</summary>
    public static void DestinationNat(NetlinkWriter writer, IpFamily family) => Nat(writer, family, kind: 1);

    private static void Nat(NetlinkWriter writer, IpFamily family, uint kind)
    {
        (int element, int data) = Begin(writer, "nat");
        writer.BigEndian(1, kind);
        writer.BigEndian(2, family.Number);
        writer.BigEndian(3, Register);
        End(writer, element, data);
    }

    private static (int Element, int Data) Begin(NetlinkWriter writer, string name)
    {
        int element = writer.BeginNested(ListElement);
        writer.Text(NameAttribute, name);
        return (element, writer.BeginNested(DataAttribute));
    }

    private static void End(NetlinkWriter writer, int element, int data)
    {
        writer.EndNested(data);
        writer.EndNested(element);
    }

    private static void Value(NetlinkWriter writer, ushort type, ReadOnlySpan<byte> value)
    {
        int nested = writer.BeginNested(type);
        writer.Octets(DataValue, value);
        writer.EndNested(nested);
    }
}
