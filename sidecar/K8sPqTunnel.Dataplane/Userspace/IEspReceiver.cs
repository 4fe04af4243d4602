namespace K8sPqTunnel.Dataplane.Userspace;

/// <summary>A data plane that opens ESP packets itself, which the process hands it from its sockets.</summary>
public interface IEspReceiver
{
    /// <summary>Opens ESP packets in place. May be called from several threads.</summary>
    /// <param name="batch">Stays valid and where it is until <paramref name="opened"/> is delivered.</param>
    /// <param name="opened">Gets what is authentic; no longer empty where packets came before these.</param>
    void Open(ReadOnlySpan<EspDatagram> batch, OpenedBatch opened);
}
