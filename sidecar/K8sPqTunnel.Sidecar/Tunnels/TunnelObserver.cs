using K8sPqTunnel.Api.Resources;
using K8sPqTunnel.Ike;
using K8sPqTunnel.Ike.Children;
using K8sPqTunnel.Ike.Events;
using K8sPqTunnel.Sidecar.Diagnosis;
using K8sPqTunnel.Sidecar.State;
using Microsoft.Extensions.Logging;

namespace K8sPqTunnel.Sidecar.Tunnels;

/// <summary>Writes what the IKE core reports onto the board and into the log.</summary>
/// <param name="peer">Whose product the peer is.</param>
internal sealed class TunnelObserver(PeerProfile peer, TunnelBoard board, TimeProvider time, ILogger<TunnelObserver> log)
{
    // Of each connection that does something: a tunnel whose peers come from unknown addresses has one for each of them.
    private readonly Dictionary<string, TunnelPhase> _phases = new(StringComparer.Ordinal);
    private readonly List<IkeSaEstablished> _sas = [];
    private bool? _encapsulates;
    private string? _whyNoOffload;

    /// <summary>A connection carries traffic.</summary>
    public bool IsUp => board.Current.Phase == TunnelPhase.Established;

    public void Take(IkeEvent ikeEvent)
    {
        switch (ikeEvent)
        {
            case ConnectionStateChanged changed:
                Follow(changed.Connection, PhaseOf(changed.State));
                break;
            case IkeSaEstablished established:
                Establish(established);
                break;
            case PeerRedirected redirected:
                log.Redirected(redirected.From, redirected.To);
                break;
            case TcpTried:
                log.TcpTried();
                break;
            case PathChanged moved:
                Move(moved);
                break;
            case IkeSaClosed closed:
                Close(closed);
                break;
            case ChildUp child:
                Add(child);
                break;
            case ChildDown child:
                log.ChildDown(child.InboundSpi, child.OutboundSpi);
                board.Update(tunnel => tunnel with { Children = [.. tunnel.Children.Where(other => other.InboundSpi != child.InboundSpi.ToString())] });
                break;
            case RekeyEnded rekey:
                Count(rekey);
                break;
            case ChildFailed failed:
                Fail(failed.Failure.Reason.ToString(), failed.Failure.Message);
                break;
            case ConnectionFailed failed:
                Fail(failed.Failure.Reason.ToString(), PeerAdvice.Complete(peer, failed.Failure));
                break;
            case PeerTurnedAway turned:
                TurnAway(turned.Failure);
                break;
            case RequestRepeated repeated:
                log.Repeated(repeated.Exchange, repeated.Repeats);
                board.Update(tunnel => tunnel with { Retransmissions = tunnel.Retransmissions + 1 });
                break;
        }
    }

    /// <summary>Notes that something went wrong, from the core or from around it.</summary>
    public void Fail(string reason, string message)
    {
        log.Failed(reason, message);
        board.Update(tunnel => tunnel with { LastError = new FailureSnapshot(reason, message, time.GetUtcNow()) });
    }

    /// <summary>Somebody began and was refused: that is this tunnel's failure only while it waits for just that.</summary>
    private void TurnAway(IkeFailure failure)
    {
        if (board.Current.Phase == TunnelPhase.Listening)
            Fail(failure.Reason.ToString(), PeerAdvice.Complete(peer, failure));
        else
            log.TurnedAway(failure.Reason, failure.Message);
    }

    /// <summary>A network card was asked to encrypt and does not; said once for each reason.</summary>
    public void NoteNoOffload(string reason)
    {
        if (_whyNoOffload == reason)
            return;
        _whyNoOffload = reason;
        log.NotOffloaded(reason);
    }

    public void Enter(TunnelPhase phase)
    {
        if (board.Current.Phase != phase)
            board.Update(tunnel => tunnel with { Phase = phase, Since = time.GetUtcNow() });
    }

    /// <summary>All connections are removed, and none reports any more.</summary>
    public void ForgetConnections() => _phases.Clear();

    /// <summary>The tunnel is as far as the connection that has come farthest.</summary>
    private void Follow(string connection, TunnelPhase phase)
    {
        if (phase > TunnelPhase.Listening)
            _phases[connection] = phase;
        else
            _phases.Remove(connection);
        Enter(_phases.Values.Append(phase).Max());
    }

    private static TunnelPhase PhaseOf(ConnectionState state) => state switch
    {
        ConnectionState.Established => TunnelPhase.Established,
        ConnectionState.Listening => TunnelPhase.Listening,
        ConnectionState.Connecting or ConnectionState.Waiting => TunnelPhase.Connecting,
        _ => TunnelPhase.Down,
    };

    private void Establish(IkeSaEstablished sa)
    {
        log.IkeUp(sa.Path.Remote, sa.Proposal, sa.KeyExchanges, sa.QuantumSafe);
        _sas.Add(sa);
        board.Update(tunnel => tunnel with
        {
            Peer = sa.Path.Remote.ToString(),
            Local = sa.Path.Local.ToString(),
            Transport = TransportOf(sa.Path, _encapsulates),
            Peers = Peers(),
            Handshakes = sa.Handshake is { } took ? tunnel.Handshakes.With(took) : tunnel.Handshakes,
            Ike = new IkeSaSnapshot
            {
                PeerId = sa.PeerIdentity.ToString(),
                InitiatorSpi = sa.InitiatorSpi.ToString(),
                ResponderSpi = sa.ResponderSpi.ToString(),
                Proposal = sa.Proposal,
                KeyExchanges = sa.KeyExchanges,
                QuantumSafe = sa.QuantumSafe,
                PostquantumKey = sa.PostquantumKey,
                Role = sa.IsInitiator ? IkeRole.Initiator : IkeRole.Responder,
                NatDetected = sa.LocalBehindNat || sa.PeerBehindNat,
                EstablishedAt = time.GetUtcNow(),
                RekeyedAt = tunnel.Ike is null ? null : time.GetUtcNow(),
            },
        });
    }

    private void Close(IkeSaClosed closed)
    {
        _sas.RemoveAll(sa => sa.InitiatorSpi == closed.InitiatorSpi);
        board.Update(tunnel => tunnel with
        {
            Ike = tunnel.Ike?.InitiatorSpi == closed.InitiatorSpi.ToString() ? null : tunnel.Ike,
            Peers = Peers(),
        });
    }

    /// <summary>One for each identity, with the newest of its IKE SAs.</summary>
    private PeerSnapshot[] Peers() =>
    [
        .. from sa in _sas
           group sa by sa.PeerIdentity.ToString() into one
           select new PeerSnapshot(one.Key, one.Last().Path.Remote.ToString()),
    ];

    private void Move(PathChanged moved)
    {
        log.Moved(moved.From, moved.To);
        int at = _sas.FindIndex(sa => sa.InitiatorSpi == moved.InitiatorSpi);
        if (at >= 0)
            _sas[at] = _sas[at] with { Path = moved.To };
        board.Update(tunnel => tunnel with
        {
            Peers = Peers(),
            Peer = moved.To.Remote.ToString(),
            Local = moved.To.Local.ToString(),
            Transport = TransportOf(moved.To, _encapsulates),
            Moves = tunnel.Moves + 1,
        });
    }

    /// <param name="encapsulates">ESP goes in UDP; null where there was no child SA yet, and IKE's own port tells.</param>
    private static OuterTransport TransportOf(in PeerPath path, bool? encapsulates) =>
        path.IsTcp ? OuterTransport.Tcp : encapsulates ?? path.HasNonEspMarker ? OuterTransport.UdpEncapsulated : OuterTransport.Udp;

    private void Add(ChildUp child)
    {
        _encapsulates = child.UdpEncapsulation;
        log.ChildUp(child.InboundSpi, child.OutboundSpi, child.Proposal);
        var snapshot = new ChildSaSnapshot
        {
            InboundSpi = child.InboundSpi.ToString(),
            OutboundSpi = child.OutboundSpi.ToString(),
            Proposal = child.Proposal,
            KeyExchanges = child.KeyExchanges,
            QuantumSafety = child.OwnQuantumSafe ? QuantumSafety.OwnKeyExchange : child.QuantumSafe ? QuantumSafety.FromIkeSa : QuantumSafety.None,
            Local = [.. child.LocalSelectors.Select(Text)],
            Remote = [.. child.RemoteSelectors.Select(Text)],
            EstablishedAt = time.GetUtcNow(),
            Generation = child.Generation,
        };
        board.Update(tunnel => tunnel with
        {
            Children = [.. tunnel.Children, snapshot],
            LastError = null,
            Transport = tunnel.Transport == OuterTransport.Tcp ? OuterTransport.Tcp : child.UdpEncapsulation ? OuterTransport.UdpEncapsulated : OuterTransport.Udp,
        });
    }

    private void Count(RekeyEnded rekey)
    {
        log.RekeyEnded(rekey.Kind, rekey.ByPeer ? "the peer" : "us", rekey.Outcome);
        if (rekey.Failure is { } failure)
            Fail(failure.Reason.ToString(), failure.Message);
        bool isDone = rekey.Outcome == RekeyOutcome.Done;
        board.Update(tunnel => tunnel with
        {
            Rekeys = Counted(tunnel.Rekeys, new RekeyCount(rekey.Kind.ToString(), rekey.Outcome.ToString(), rekey.ByPeer, Count: 1)),
            LastRekeyAt = isDone ? time.GetUtcNow() : tunnel.LastRekeyAt,
        });
    }

    private static IReadOnlyList<RekeyCount> Counted(IReadOnlyList<RekeyCount> counts, RekeyCount one)
    {
        RekeyCount? before = counts.FirstOrDefault(count => count with { Count = 1 } == one);
        return before is null ? [.. counts, one] : [.. counts.Select(count => count == before ? count with { Count = count.Count + 1 } : count)];
    }

    private static string Text(TrafficSelector selector) => selector.ToString();
}
