using K8sPqTunnel.Ike;
using K8sPqTunnel.Ike.Children;
using K8sPqTunnel.Ike.Events;

namespace K8sPqTunnel.Simulation.Tests.Hosts;

/// <summary>Takes what a core puts out: datagrams to the network, SAs into the ledger, events into the record.</summary>
/// <param name="note">For a trace: what the data plane is told.</param>
internal sealed class Output(Ledger ledger, Action<PeerPath, byte[]> wire, Action<IkeEvent> tell, Action<string> note) : IIkeOutput
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

    public void InstallOutbound(ChildSa sa)
    {
        note($"turns to SA {sa.InboundSpi}");
        ledger.InstallOutbound(sa);
    }

    public void Move(ChildSa sa, in PeerPath path)
    {
        note($"moves SA {sa.InboundSpi} to {path}");
        ledger.Move(sa, path);
    }

    public void Remove(ChildSa sa)
    {
        note($"removes SA {sa.InboundSpi}");
        ledger.Remove(sa);
    }

    public void Report(IkeEvent ikeEvent)
    {
        if (IsDead)
            return;
        if (ikeEvent is IkeSaEstablished established && !_ikeSas.Add((established.InitiatorSpi, established.ResponderSpi)))
            throw new InvariantException($"IKE SA {established.InitiatorSpi} is established twice");
        if (ikeEvent is IkeSaClosed closed && !_ikeSas.Remove((closed.InitiatorSpi, closed.ResponderSpi)))
            throw new InvariantException($"IKE SA {closed.InitiatorSpi} is closed but was not established");
        if (ikeEvent is ChildUp { Replaces: { } old } up)
            ledger.Replace(old, up.InboundSpi);
        tell(ikeEvent);
    }
}
