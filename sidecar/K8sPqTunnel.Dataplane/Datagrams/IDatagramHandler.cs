using K8sPqTunnel.Dataplane.Userspace;

namespace K8sPqTunnel.Dataplane.Datagrams;

/// <summary>What one thread of <see cref="DatagramReceivers"/> does with what it has received, in three steps. Not for two threads at once.</summary>
public interface IDatagramHandler
{
    /// <summary>First, beside the other threads.</summary>
    /// <param name="received">Stays valid until the third step is over.</param>
    void Prepare(ReadOnlySpan<EspDatagram> received);

    /// <summary>Second, one thread after the other, in the order in which the datagrams were received.</summary>
    /// <param name="received">As before.</param>
    void Accept(ReadOnlySpan<EspDatagram> received);

    /// <summary>Third, beside the other threads.</summary>
    void Deliver();
}
