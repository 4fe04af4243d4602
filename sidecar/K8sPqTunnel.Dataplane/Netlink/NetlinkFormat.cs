namespace K8sPqTunnel.Dataplane.Netlink;

/// <summary>Shape of netlink messages and attributes (linux/netlink.h). Host byte order.</summary>
internal static class NetlinkFormat
{
    /// <summary>struct nlmsghdr: length 4, type 2, flags 2, sequence 4, port 4.</summary>
    public const int HeaderLength = 16;

    /// <summary>struct nlattr: length 2 without padding, type 2.</summary>
    public const int AttributeHeaderLength = 4;

    /// <summary>NLA_F_NESTED: the attribute holds attributes.</summary>
    public const ushort NestedFlag = 0x8000;

    /// <summary>NLA_TYPE_MASK: the type without its two flags.</summary>
    public const ushort TypeMask = 0x3fff;

    /// <summary>NLMSG_ERROR: an acknowledgement, or an error.</summary>
    public const ushort ErrorType = 2;

    /// <summary>NLMSG_DONE: the end of a dump.</summary>
    public const ushort DoneType = 3;

    /// <summary>Messages and attributes begin on a boundary of 4 octets.</summary>
    public static int Align(int length) => (length + 3) & ~3;
}
