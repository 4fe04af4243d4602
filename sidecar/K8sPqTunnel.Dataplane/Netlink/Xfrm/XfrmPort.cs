namespace K8sPqTunnel.Dataplane.Netlink.Xfrm;

/// <summary>Ports of a selector: those that agree with <paramref name="Value"/> in the bits of <paramref name="Mask"/>.</summary>
internal readonly record struct XfrmPort(ushort Value, ushort Mask)
{
    public static XfrmPort Any => default;
}
