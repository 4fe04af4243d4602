using K8sPqTunnel.Ike;
using K8sPqTunnel.Ike.Children;
using K8sPqTunnel.Ike.Events;

namespace K8sPqTunnel.Simulation.Tests.Hosts;

/// <summary>Takes what a core puts out: datagrams to the network, SAs into the ledger, events into the record.</summary>
internal sealed class Output(Ledger ledger, Action<PeerPath, byte[]> wire, Action<IkeEvent> tell) : IIkeOutput
{
    private readonly HashSet<(IkeSpi, IkeSpi)> _ikeSas = [];

    /// <summary>A dead process puts out nothing.</summary>
    public bool IsDead { get; set; }

    public IReadOnlySet<(IkeSpi Initiator, IkeSpi Responder)> IkeSas => _ikeSas;

    public void Send(in PeerPath path, ReadOnlySpan<byte> message)
    {
        if (!IsDead)
            wire(path, message.ToArray());
    }

    public void InstallInbound(ChildSa sa) => ledger.InstallInbound(sa);

    public void InstallOutbound(ChildSa sa) => ledger.InstallOutbound(sa);

    public void Move(ChildSa sa, in PeerPath path) => ledger.Move(sa, path);

    public void Remove(ChildSa sa) => ledger.Remove(sa);

    public void Report(IkeEvent ikeEvent)
    {
        if (IsDead)
            return;
        if (ikeEvent is IkeSaEstablished established && !_ikeSas.Add((established.InitiatorSpi, established.ResponderSpi)))
            throw new InvariantException($"IKE SA {established.InitiatorSpi} is established twice");
        if (ikeEvent is IkeSaClosed closed && !_ikeSas.Remove((closed.InitiatorSpi, closed.ResponderSpi)))
            throw new InvariantException($"IKE SA {closed.InitiatorSpi} is closed but was not established");
        tell(ikeEvent);
    }
}
