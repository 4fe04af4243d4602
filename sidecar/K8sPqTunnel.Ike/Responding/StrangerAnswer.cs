using K8sPqTunnel.Ike.Wire;

namespace K8sPqTunnel.Ike.Responding;

/// <summary>What somebody gets to hear whom we keep no state for: one Notify in the open.</summary>
internal static class StrangerAnswer
{
    private const int NotifyFixedLength = 4;

    /// <summary>The answer to a request in the open.</summary>
    /// <param name="request">Its SPIs, exchange and message ID come back; the responder's SPI is still zero (RFC 7296 2.6).</param>
    public static byte[] Write(in IkeHeader request, NotifyType type, ReadOnlySpan<byte> data)
    {
        byte[] message = new byte[IkeHeader.Length + GenericHeader.Length + NotifyFixedLength + data.Length];
        IkeHeader header = request with { NextPayload = PayloadType.Notify, Flags = HeaderFlags.Response, TotalLength = message.Length };
        header.Write(message);
        Span<byte> payload = message.AsSpan(IkeHeader.Length);
        GenericHeader.Write(payload, PayloadType.None, payload.Length);
        payload[6] = (byte)((ushort)type >> 8);
        payload[7] = (byte)type;
        data.CopyTo(payload[(GenericHeader.Length + NotifyFixedLength)..]);
        return message;
    }
}
