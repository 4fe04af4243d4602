namespace K8sPqTunnel.Dataplane;

/// <summary>Packets whose mark agrees with <paramref name="Value"/> in the bits of <paramref name="Mask"/>.</summary>
public readonly record struct PacketMark(uint Value, uint Mask)
{
    public override string ToString() => $"0x{Value:x}/0x{Mask:x}";
}
