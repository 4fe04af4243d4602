namespace K8sPqTunnel.Dataplane.Netlink;

/// <summary>A received netlink message: type and flags of its header, and what follows it.</summary>
internal readonly ref struct NetlinkMessage(ushort type, NetlinkFlags flags, uint sequence, ReadOnlySpan<byte> body)
{
    public ushort Type { get; } = type;

    public NetlinkFlags Flags { get; } = flags;

    public uint Sequence { get; } = sequence;

    public ReadOnlySpan<byte> Body { get; } = body;

    /// <summary>The attributes behind a fixed part of <paramref name="fixedLength"/> octets; none if the body is shorter.</summary>
    public NetlinkAttributes Attributes(int fixedLength) =>
        new(Body.Length > fixedLength ? Body[fixedLength..] : []);
}
