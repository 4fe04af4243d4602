using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace K8sPqTunnel.Bench.Packets;

/// <summary>Counts the packets of each flow and tells the sender now and then.</summary>
internal static class PacketReceiver
{
    private const int MaxFlows = 64;

    /// <summary>Counts until the process is killed.</summary>
    public static void Run(IPAddress local, IPAddress sender)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp) { ReceiveBufferSize = PacketFormat.SocketBuffer };
        socket.Bind(new IPEndPoint(local, PacketFormat.ReceiverPort));
        Console.Out.WriteLine("listening");
        SocketAddress answers = new IPEndPoint(sender, PacketFormat.AnswerPort).Serialize();
        Span<(long Packets, long Octets)> flows = stackalloc (long, long)[MaxFlows];
        Span<byte> answer = stackalloc byte[PacketFormat.AnswerLength];
        byte[] buffer = new byte[2048];
        while (true)
        {
            int length = socket.Receive(buffer);
            uint flow = BinaryPrimitives.ReadUInt32BigEndian(buffer);
            if (flow >= MaxFlows)
                continue;
            ref (long Packets, long Octets) seen = ref flows[(int)flow];
            seen = (seen.Packets + 1, seen.Octets + length + PacketFormat.Headers);
            if (seen.Packets % PacketFormat.AnswerEvery != 0)
                continue;
            BinaryPrimitives.WriteUInt32BigEndian(answer, flow);
            BinaryPrimitives.WriteInt64BigEndian(answer[4..], seen.Packets);
            BinaryPrimitives.WriteInt64BigEndian(answer[12..], seen.Octets);
            socket.SendTo(answer, SocketFlags.None, answers);
        }
    }
}
