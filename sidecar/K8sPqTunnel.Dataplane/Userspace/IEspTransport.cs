namespace K8sPqTunnel.Dataplane.Userspace;

/// <summary>The UDP socket that IKE and ESP share (RFC 3948), and that of ESP over IP, seen from the data plane. The daemon owns them.</summary>
public interface IEspTransport
{
    /// <summary>Sends each datagram, or drops it as a network would; never blocks for long, never throws for a network's fault.</summary>
    /// <param name="batch">Of one path; valid only during the call. Called from several threads at once.</param>
    void Send(ReadOnlySpan<EspDatagram> batch);
}
