using K8sPqTunnel.Dataplane.Userspace;
using K8sPqTunnel.Ike;

namespace K8sPqTunnel.Dataplane.Tests.Support;

/// <summary>The steps of inbound packets at once, on one thread.</summary>
internal static class InboundExtensions
{
    /// <summary>Opens, accepts and delivers.</summary>
    /// <param name="opened">For tests that count what is allocated.</param>
    public static void Receive(this EspPipeline pipeline, ReadOnlySpan<EspDatagram> batch, OpenedBatch? opened = null)
    {
        opened ??= new OpenedBatch();
        pipeline.Open(batch, opened);
        opened.Accept();
        opened.Deliver();
    }

    /// <summary>Opens and accepts one packet.</summary>
    /// <param name="length">Octets of the inner packet; 0 where there is none.</param>
    public static EspDrop Open(this InboundSa sa, in EspDatagram datagram, Memory<byte> inner, out int length, out bool moved)
    {
        (length, moved) = (0, false);
        EspCipher? cipher = sa.TakeCipher();
        if (cipher is null)
            return EspDrop.XfrmInNoStates;
        EspDrop refusal = sa.Open(datagram, cipher, inner, queues: 1, out OpenedPacket packet);
        sa.Return(cipher);
        if (refusal != EspDrop.None)
            return refusal;
        sa.Accept(new Span<OpenedPacket>(ref packet), out PeerPath? path);
        (length, moved) = (packet.Inner.Length, path is not null);
        return packet.Verdict;
    }
}
