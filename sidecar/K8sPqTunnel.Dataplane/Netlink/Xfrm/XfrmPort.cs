namespace K8sPqTunnel.Dataplane.Netlink.Xfrm;

/// <summary>Ports of a selector: those that agree with <paramref name="Value"/> in the bits of <paramref name="Mask"/>.</summary>
internal readonly record struct XfrmPort(ushort Value, ushort Mask)
{
    public static XfrmPort Any => default;

    /// <summary>Every port of the other is one of these.</summary>
    public bool Covers(XfrmPort other) => (Mask & other.Mask) == Mask && (other.Value & Mask) == (Value & Mask);
}
