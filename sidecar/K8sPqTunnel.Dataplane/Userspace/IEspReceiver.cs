namespace K8sPqTunnel.Dataplane.Userspace;

/// <summary>A data plane that opens ESP packets itself, which the process hands it from its sockets.</summary>
public interface IEspReceiver
{
    /// <summary>Takes ESP packets. May be called from several threads.</summary>
    /// <param name="batch">Valid only during the call.</param>
    void Receive(ReadOnlySpan<EspDatagram> batch);
}
