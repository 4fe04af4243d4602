using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using K8sPqTunnel.Ike.Children;

namespace K8sPqTunnel.Ike.Wire;

/// <summary>Traffic Selector payload (RFC 7296 3.13): count, three reserved octets, selectors.</summary>
internal static class TrafficSelectorPayload
{
    private const int FixedLength = 4;
    private const int SelectorFixedLength = 8;
    private const byte Ipv4Range = 7;
    private const byte Ipv6Range = 8;

    /// <summary>Reads all selectors of a known type. Others are left out: what is not understood is not accepted.</summary>
    public static bool TryRead(ReadOnlySpan<byte> body, out List<TrafficSelector> selectors)
    {
        selectors = [];
        if (body.Length < FixedLength || body[0] is 0 or > IkeLimits.TrafficSelectors)
            return false;

        int count = body[0];
        ReadOnlySpan<byte> rest = body[FixedLength..];
        for (int i = 0; i < count; i++)
        {
            if (rest.Length < SelectorFixedLength)
                return false;
            int length = BinaryPrimitives.ReadUInt16BigEndian(rest[2..]);
            if (length < SelectorFixedLength || length > rest.Length)
                return false;
            if (rest[0] is Ipv4Range or Ipv6Range)
            {
                if (!TryReadRange(rest[..length], out TrafficSelector? selector))
                    return false;
                selectors.Add(selector!);
            }

            rest = rest[length..];
        }

        return rest.IsEmpty;
    }

    public static void Write(PayloadWriter writer, PayloadType payload, IReadOnlyList<TrafficSelector> selectors)
    {
        writer.Begin(payload);
        writer.Put(checked((byte)selectors.Count));
        writer.Put([0, 0, 0]);
        foreach (TrafficSelector selector in selectors)
        {
            writer.Put(selector.Family == AddressFamily.InterNetwork ? Ipv4Range : Ipv6Range);
            writer.Put(selector.Protocol);
            int length = writer.OpenLength();
            writer.PutUInt16(selector.StartPort);
            writer.PutUInt16(selector.EndPort);
            writer.Put(selector.Start.GetAddressBytes());
            writer.Put(selector.End.GetAddressBytes());
            writer.CloseLength(length, before: 2);
        }

        writer.End();
    }

    private static bool TryReadRange(ReadOnlySpan<byte> selector, out TrafficSelector? range)
    {
        range = null;
        int addressLength = selector[0] == Ipv4Range ? 4 : 16;
        if (selector.Length != SelectorFixedLength + 2 * addressLength)
            return false;

        ReadOnlySpan<byte> start = selector.Slice(SelectorFixedLength, addressLength);
        ReadOnlySpan<byte> end = selector[(SelectorFixedLength + addressLength)..];
        ushort startPort = BinaryPrimitives.ReadUInt16BigEndian(selector[4..]);
        ushort endPort = BinaryPrimitives.ReadUInt16BigEndian(selector[6..]);
        if (start.SequenceCompareTo(end) > 0)
            return false;

        range = new TrafficSelector(new IPAddress(start), new IPAddress(end), selector[1], startPort, endPort);
        return true;
    }
}
