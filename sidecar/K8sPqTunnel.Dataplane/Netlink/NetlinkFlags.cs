namespace K8sPqTunnel.Dataplane.Netlink;

/// <summary>nlmsg_flags (linux/netlink.h).</summary>
[Flags]
internal enum NetlinkFlags : ushort
{
    None = 0,
    Request = 0x01,
    Multi = 0x02,
    Ack = 0x04,

    /// <summary>In a dump: something changed meanwhile, so it must be made anew.</summary>
    DumpInterrupted = 0x10,

    /// <summary>In a get request: all of them (NLM_F_ROOT | NLM_F_MATCH).</summary>
    Dump = 0x300,

    /// <summary>In a new request: take the place of what is there.</summary>
    Replace = 0x100,

    /// <summary>In a new request: fail if it is there.</summary>
    Exclusive = 0x200,

    /// <summary>In a new request: make it if it isn't there.</summary>
    Create = 0x400,

    /// <summary>In a new request: behind those that are there.</summary>
    Append = 0x800,
}
