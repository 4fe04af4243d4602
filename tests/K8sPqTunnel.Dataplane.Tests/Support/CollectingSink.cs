using System.Runtime.InteropServices;
using K8sPqTunnel.Dataplane.Interop;
using K8sPqTunnel.Dataplane.Offloads;
using K8sPqTunnel.Dataplane.Tun;
using K8sPqTunnel.Dataplane.Userspace;

namespace K8sPqTunnel.Dataplane.Tests.Support;

/// <summary>Remembers the frames that it gets, and the packets that they stand for.</summary>
internal sealed unsafe class CollectingSink : IInnerSink
{
    /// <summary>Each a header and a packet.</summary>
    public List<byte[]> Frames { get; } = [];

    /// <summary>The frames as the kernel would cut them.</summary>
    public List<byte[]> Packets { get; } = [];

    public bool TryDeliver(int queue, ReadOnlySpan<IoVector> frame)
    {
        List<byte> octets = [];
        foreach (IoVector piece in frame)
            octets.AddRange(new ReadOnlySpan<byte>(piece.Start, (int)piece.Length));
        byte[] whole = [.. octets];
        Frames.Add(whole);
        byte[] packet = whole[VirtioNetHeader.Length..];
        Assert.True(SuperPacket.TryRead(MemoryMarshal.Read<VirtioNetHeader>(whole), packet, out SuperPacket content));
        for (int i = 0; i < content.Count; i++)
        {
            byte[] one = new byte[content.LengthOf(i)];
            content.Write(packet, i, one);
            Packets.Add(one);
        }
        return true;
    }
}
