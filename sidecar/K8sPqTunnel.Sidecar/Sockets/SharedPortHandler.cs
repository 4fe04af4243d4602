using System.Runtime.InteropServices;
using K8sPqTunnel.Dataplane.Datagrams;
using K8sPqTunnel.Dataplane.Userspace;

namespace K8sPqTunnel.Sidecar.Sockets;

/// <summary>What a thread of an <see cref="IkePort"/> does with what it has received: IKE messages, ESP packets, keepalives.</summary>
internal sealed class SharedPortHandler(IDatagramReceiver receiver, bool hasNonEspMarker) : IDatagramHandler
{
    private readonly OpenedBatch _opened = receiver.CreateBatch();
    private readonly List<EspDatagram> _esp = [];
    private bool _isEspAlone;

    public void Prepare(ReadOnlySpan<EspDatagram> received)
    {
        _isEspAlone = hasNonEspMarker && HasEspAlone(received);
        if (_isEspAlone)
            receiver.OpenEsp(received, _opened);
    }

    public void Accept(ReadOnlySpan<EspDatagram> received)
    {
        if (_isEspAlone)
        {
            _opened.Accept();
            return;
        }
        foreach (ref readonly EspDatagram datagrams in received)
            Sort(datagrams);
        Pass();
    }

    public void Deliver() => _opened.Deliver();

    private static bool HasEspAlone(ReadOnlySpan<EspDatagram> received)
    {
        foreach (ref readonly EspDatagram datagrams in received)
        {
            for (int i = 0; i < datagrams.Count; i++)
            {
                if (UdpEncapsulation.Classify(datagrams[i].Payload, out _) != DatagramKind.Esp)
                    return false;
            }
        }
        return true;
    }

    /// <summary>
    /// Hands IKE messages on and collects ESP packets, whose order to each other stays. The kernel joins by length alone: an IKE message
    /// may stand among ESP packets.
    /// </summary>
    private void Sort(in EspDatagram datagrams)
    {
        int begin = 0;
        int count = datagrams.Count;
        for (int i = 0; i < count; i++)
        {
            ReadOnlyMemory<byte> one = datagrams[i].Payload;
            ReadOnlyMemory<byte> content = one;
            DatagramKind kind = hasNonEspMarker ? UdpEncapsulation.Classify(one, out content) : DatagramKind.Ike;
            if (kind == DatagramKind.Esp)
                continue;
            Collect(datagrams, begin, i);
            begin = i + 1;
            if (kind != DatagramKind.Ike)
                continue;
            // What came before it goes before it: it may delete the SA of those packets.
            Pass();
            receiver.ReceiveIke(datagrams.Path, content.Span);
        }
        Collect(datagrams, begin, count);
    }

    private void Collect(in EspDatagram datagrams, int begin, int end)
    {
        if (begin < end)
            _esp.Add(datagrams[begin..end]);
    }

    private void Pass()
    {
        if (_esp.Count == 0)
            return;
        receiver.OpenEsp(CollectionsMarshal.AsSpan(_esp), _opened);
        _esp.Clear();
        _opened.Accept();
        _opened.Deliver();
    }
}
