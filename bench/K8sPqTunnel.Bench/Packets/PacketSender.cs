using System.Buffers.Binary;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace K8sPqTunnel.Bench.Packets;

/// <summary>
/// Sends UDP packets as fast as they arrive at the other end: a window of packets under way for each flow, so that a tunnel is
/// measured by what it carries and not by what it drops.
/// </summary>
internal sealed class PacketSender : IDisposable
{
    private const int Burst = 16;
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(50);
    private readonly Socket _answers;
    private readonly PacketFlow[] _flows;
    private readonly TimeSpan _duration;
    private readonly byte[] _packet = new byte[2048];
    private int _stalls;

    public PacketSender(PacketOrder order)
    {
        IPAddress local = IPAddress.Parse(order.From);
        _answers = Bind(local, PacketFormat.AnswerPort);
        _answers.ReceiveTimeout = (int)Patience.TotalMilliseconds;
        _duration = TimeSpan.FromSeconds(order.Seconds);
        _flows = [.. Enumerable.Range(0, order.Flows).Select(number =>
        {
            Socket socket = Bind(local, PacketFormat.FirstSenderPort + number);
            socket.Connect(new IPEndPoint(IPAddress.Parse(order.To), PacketFormat.ReceiverPort));
            return new PacketFlow(socket, number) { Sizes = order.Sizes };
        })];
    }

    public PacketOutcome Run()
    {
        long started = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(started) < _duration)
        {
            foreach (PacketFlow flow in _flows)
                SendBurst(flow);
            Hear(mustWait: _flows.All(flow => flow.IsFull));
        }

        double seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        return new PacketOutcome(_flows.Sum(flow => flow.ArrivedPackets), _flows.Sum(flow => flow.ArrivedOctets), seconds, _stalls);
    }

    public void Dispose()
    {
        _answers.Dispose();
        foreach (PacketFlow flow in _flows)
            flow.Socket.Dispose();
    }

    private void SendBurst(PacketFlow flow)
    {
        BinaryPrimitives.WriteInt32BigEndian(_packet, flow.Number);
        for (int i = 0; i < Burst && !flow.IsFull; i++)
            flow.Socket.Send(_packet.AsSpan(0, flow.Next() - PacketFormat.Headers));
    }

    private void Hear(bool mustWait)
    {
        Span<byte> answer = stackalloc byte[PacketFormat.AnswerLength];
        while (mustWait || _answers.Available > 0)
        {
            mustWait = false;
            try
            {
                _answers.Receive(answer);
            }
            catch (SocketException e) when (e.SocketErrorCode is SocketError.TimedOut or SocketError.WouldBlock)
            {
                _stalls++;
                foreach (PacketFlow flow in _flows)
                    flow.GiveUp();
                return;
            }

            _flows[BinaryPrimitives.ReadInt32BigEndian(answer)].Hear(
                BinaryPrimitives.ReadInt64BigEndian(answer[4..]), BinaryPrimitives.ReadInt64BigEndian(answer[12..]));
        }
    }

    private static Socket Bind(IPAddress local, int port)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp) { ReceiveBufferSize = PacketFormat.SocketBuffer };
        socket.Bind(new IPEndPoint(local, port));
        return socket;
    }
}
