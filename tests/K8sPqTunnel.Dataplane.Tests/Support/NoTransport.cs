using K8sPqTunnel.Dataplane.Userspace;

namespace K8sPqTunnel.Dataplane.Tests.Support;

/// <summary>Sends nothing anywhere, and remembers it.</summary>
internal sealed class NoTransport : IEspTransport
{
    private readonly List<EspDatagram> _sent = [];

    public IReadOnlyList<EspDatagram> Sent
    {
        get
        {
            lock (_sent)
                return [.. _sent];
        }
    }

    public void Send(ReadOnlySpan<EspDatagram> batch)
    {
        lock (_sent)
        {
            foreach (EspDatagram datagrams in batch)
            {
                for (int i = 0; i < datagrams.Count; i++)
                    _sent.Add(datagrams[i] with { Payload = datagrams[i].Payload.ToArray() });
            }
        }
    }
}
