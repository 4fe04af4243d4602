using System.Net;
using System.Runtime.InteropServices;
using K8sPqTunnel.Dataplane.Datagrams;
using K8sPqTunnel.Dataplane.Interop;
using K8sPqTunnel.Dataplane.Tun;
using K8sPqTunnel.Dataplane.Userspace;
using K8sPqTunnel.Ike;

namespace K8sPqTunnel.Bench.Floor;

/// <summary>
/// Moves frames between a TUN interface and a UDP socket as they are, by the data plane's own system calls in its own batches: no cipher, no
/// checksum, nothing looked at, nothing cut or joined but by the kernel. What that costs is not ours to save.
/// </summary>
internal static class OctetMover
{
    public const string ReadyWord = "moving";
    private const int Port = 4500;
    private const int SocketBuffer = 4 << 20;

    /// <summary>Of a packet of 1,500 octets, what is not IP and UDP.</summary>
    private const int Segment = 1472;

    /// <summary>Moves until the process is killed.</summary>
    public static void Run(string name, IPAddress local, IPAddress remote)
    {
        using var device = new TunDevice(name, Math.Clamp(Environment.ProcessorCount, 1, 8));
        using DatagramSocket socket = DatagramSocket.Bind(new IPEndPoint(local, Port), SocketBuffer);
        var path = new PeerPath(socket.Local, new IPEndPoint(remote, Port));
        TunPump[] pumps = [.. device.Queues.Select(queue =>
        {
            var datagrams = new EspDatagram[TunPump.BatchSize];
            return new TunPump(queue, name, frames => Send(socket, path, frames, datagrams), _ => { });
        })];
        Console.Out.WriteLine(ReadyWord);
        var batch = new ReceivedBatch();
        while (socket.Receive(batch) > 0)
            Deliver(device.Queues[0], batch.Datagrams);
        foreach (TunPump pump in pumps)
            pump.Dispose();
    }

    private static void Send(DatagramSocket socket, PeerPath path, ReadOnlySpan<ReadOnlyMemory<byte>> frames, EspDatagram[] datagrams)
    {
        for (int i = 0; i < frames.Length; i++)
            datagrams[i] = new EspDatagram(path, MemoryMarshal.AsMemory(frames[i]), SegmentLength: frames[i].Length > Segment ? Segment : 0);
        socket.Send(datagrams.AsSpan(0, frames.Length));
    }

    private static unsafe void Deliver(TunQueue queue, ReadOnlySpan<EspDatagram> frames)
    {
        foreach (EspDatagram frame in frames)
        {
            fixed (byte* octets = frame.Payload.Span)
                queue.TryWrite([new IoVector(octets, frame.Payload.Length)]);
        }
    }
}
