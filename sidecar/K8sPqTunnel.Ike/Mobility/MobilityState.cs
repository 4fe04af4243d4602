using System.Net;
using K8sPqTunnel.Ike.Events;
using K8sPqTunnel.Ike.Sessions;

namespace K8sPqTunnel.Ike.Mobility;

/// <summary>What MOBIKE keeps of an IKE SA, and of those that succeed it by rekeying (RFC 4555).</summary>
/// <param name="beganHere">We began the first of these IKE SAs.</param>
internal sealed class MobilityState(bool beganHere)
{
    private bool _updateIsAsked;
    private bool _owesAddresses;

    /// <summary>We began the first of these IKE SAs.</summary>
    public bool BeganHere => beganHere;

    /// <summary>Where IKE messages go.</summary>
    public PeerPath Path { get; set; }

    /// <summary>Where the newest authentic message came in; null before there was one over the IKE SA that is up.</summary>
    public PeerPath? HeardBy { get; set; }

    /// <summary>Both ends announced it (RFC 4555 3.3).</summary>
    public bool IsAgreed { get; set; }

    /// <summary>The addresses in use are ours to choose: they are the initiator's (RFC 4555 2.1).</summary>
    public bool Decides => IsAgreed && beganHere;

    /// <summary>Where the peer says that it is to be had besides where it is (RFC 4555 3.4).</summary>
    public IReadOnlyList<IPAddress> PeerAddresses { get; set; } = [];

    /// <summary>The path that the children's packets still run over, while IKE is on another already; null where both are the same.</summary>
    public PeerPath? TrafficPath { get; set; }

    /// <summary>The hash of our address and port as the peer saw them last (RFC 4555 3.8); empty before it told.</summary>
    public byte[] SeenAs { get; set; } = [];

    /// <summary>Has IKE run over another path; the children's packets go on as they are.</summary>
    public void Leave(IkeSa sa, in PeerPath path)
    {
        TrafficPath ??= sa.Path;
        sa.Path = path;
    }

    /// <summary>Has IKE and the children run over another path from now on.</summary>
    public void Use(IkeSa sa, in PeerPath path)
    {
        PeerPath before = TrafficPath ?? sa.Path;
        TrafficPath = null;
        sa.Path = path;
        if (before == path)
            return;
        // A rekey may have given the children to a successor while the peer was asked.
        IkeSa last = sa;
        while (last.Succession.Successor is { } successor)
            last = successor;
        sa.Report(new PathChanged(sa.Config.Name, last.InitiatorSpi, before, path, sa.Nat.LocalBehindNat));
        foreach (Child child in last.Children)
            last.Children.Move(child, path);
    }

    /// <summary>Wants the peer told of the path that IKE is on: once, however often it is asked before that is done.</summary>
    public void AskForUpdate(IkeSa sa)
    {
        if (_updateIsAsked)
            return;
        _updateIsAsked = true;
        sa.Asked.Enqueue(new UpdateAddressesTask());
    }

    /// <summary>An answer has come: the path that IKE has tried works, and the children are to follow.</summary>
    public void ConfirmPath(IkeSa sa)
    {
        if (!Decides || TrafficPath is null)
            return;
        if (TrafficPath == sa.Path)
            TrafficPath = null;
        else
            AskForUpdate(sa);
    }

    /// <summary>Wants the peer, who chooses, told where we are to be had now (RFC 4555 3.6).</summary>
    public void AskToTell(IkeSa sa)
    {
        _owesAddresses = true;
        sa.Asked.Enqueue(new TellAddressesTask());
    }

    /// <summary>The peer has been told on this IKE SA; on one that was replaced meanwhile it may have taken no notice.</summary>
    public void NoteTold(IkeSa sa) => _owesAddresses &= sa.State != IkeSaState.Established;

    /// <summary>A rekey has made the IKE SA that goes on; what the one before had yet to tell, this one tells.</summary>
    public void TakeOver(IkeSa successor)
    {
        _updateIsAsked = false;
        ConfirmPath(successor);
        if (_owesAddresses)
            AskToTell(successor);
        // The children wait for the peer to show that it receives where it says.
        if (!Decides && TrafficPath is not null)
            successor.Asked.Enqueue(new RoutabilityTask(Path));
    }

    public void BeginUpdate() => _updateIsAsked = false;

    /// <summary>
    /// A request stays unanswered: has it repeated to another of the peer's addresses (RFC 4555 3.2). The answer tells that the path
    /// works, and then the peer is told of it.
    /// </summary>
    public void TryNextAddress(IkeSa sa)
    {
        if (!Decides || sa.State != IkeSaState.Established || PeerAddresses.Count == 0)
            return;
        IPEndPoint first = (TrafficPath ?? sa.Path).Remote;
        IPAddress[] all = [first.Address, .. PeerAddresses];
        int next = (Array.IndexOf(all, sa.Path.Remote.Address) + 1) % all.Length;
        Leave(sa, sa.Path with { Remote = next == 0 ? first : new IPEndPoint(all[next], sa.Path.Remote.Port) });
    }
}
