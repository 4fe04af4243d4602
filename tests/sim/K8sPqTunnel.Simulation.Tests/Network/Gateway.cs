using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace K8sPqTunnel.Simulation.Tests.Network;

/// <summary>A gateway that has no SAs and sends everybody to another one (RFC 5685 3). Its octets are its own, not the core's.</summary>
internal static class Gateway
{
    private const int HeaderLength = 28;
    private const byte NotifyPayload = 41;
    private const byte NoncePayload = 40;
    private const ushort Redirect = 16407;

    /// <summary>The answer to an IKE_SA_INIT request.</summary>
    public static byte[] Answer(byte[] request, IPAddress target)
    {
        byte[] address = target.GetAddressBytes();
        byte kind = (byte)(target.AddressFamily == AddressFamily.InterNetwork ? 1 : 2);
        byte[] data = [kind, (byte)address.Length, .. address, .. Nonce(request)];
        byte[] answer = [.. request[..HeaderLength], 0, 0, 0, 0, 0, 0, .. new byte[2], .. data];
        answer[16] = NotifyPayload;
        answer[19] = 0x20;                                               // An answer, of who did not begin.
        BinaryPrimitives.WriteInt32BigEndian(answer.AsSpan(24), answer.Length);
        BinaryPrimitives.WriteUInt16BigEndian(answer.AsSpan(HeaderLength + 2), (ushort)(answer.Length - HeaderLength));
        BinaryPrimitives.WriteUInt16BigEndian(answer.AsSpan(HeaderLength + 6), Redirect);
        return answer;
    }

    private static ReadOnlySpan<byte> Nonce(byte[] request)
    {
        byte type = request[16];
        for (int at = HeaderLength; at < request.Length;)
        {
            int length = BinaryPrimitives.ReadUInt16BigEndian(request.AsSpan(at + 2));
            if (type == NoncePayload)
                return request.AsSpan(at + 4, length - 4);
            type = request[at];
            at += length;
        }

        return [];
    }
}
