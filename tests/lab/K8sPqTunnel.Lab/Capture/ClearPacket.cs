using System.Buffers.Binary;

namespace K8sPqTunnel.Lab.Capture;

/// <summary>A packet that should not have been on the wire, as a line for a person.</summary>
public sealed record ClearPacket(int Number, string Description)
{
    private const int EthernetHeader = 14;

    internal static ClearPacket Describe(in CapturedPacket packet)
    {
        ReadOnlySpan<byte> frame = packet.Data.Span;
        if (frame.Length > EthernetHeader && IpHeader.TryParse(frame[EthernetHeader..], out IpHeader ip))
            return new ClearPacket(packet.Number, $"{ip.Source} > {ip.Destination} {ProtocolName(ip.Protocol)}, {packet.Length} octets");
        int type = frame.Length >= EthernetHeader ? BinaryPrimitives.ReadUInt16BigEndian(frame[12..]) : 0;
        return new ClearPacket(packet.Number, $"Ethernet type 0x{type:x4}, {packet.Length} octets");
    }

    public override string ToString() => $"packet {Number}: {Description}";

    private static string ProtocolName(int protocol) => protocol switch
    {
        1 => "ICMP",
        6 => "TCP",
        17 => "UDP",
        58 => "ICMPv6",
        _ => $"protocol {protocol}",
    };
}
