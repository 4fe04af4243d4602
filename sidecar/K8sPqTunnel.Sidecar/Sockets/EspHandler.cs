using K8sPqTunnel.Dataplane.Datagrams;
using K8sPqTunnel.Dataplane.Userspace;

namespace K8sPqTunnel.Sidecar.Sockets;

/// <summary>What a thread of an <see cref="EspPort"/> does with what it has received.</summary>
internal sealed class EspHandler(IDatagramReceiver receiver) : IDatagramHandler
{
    private readonly OpenedBatch _opened = receiver.CreateBatch();

    public void Prepare(ReadOnlySpan<EspDatagram> received) => receiver.OpenEsp(received, _opened);

    public void Accept(ReadOnlySpan<EspDatagram> received) => _opened.Accept();

    public void Deliver() => _opened.Deliver();
}
