using K8sPqTunnel.Ike.Authentication.Certificates;
using K8sPqTunnel.Ike.Crypto;
using K8sPqTunnel.Ike.Exchanges;
using K8sPqTunnel.Ike.Negotiation;
using K8sPqTunnel.Ike.Wire;

namespace K8sPqTunnel.Ike.Sessions;

/// <summary>Drives one IKE SA through time: start, messages, liveness, deletion.</summary>
internal sealed class IkeSession(IkeSa sa) : IDisposable
{
    private readonly ExchangeRunner _runner = new(sa);
    private TimeSpan? _endsAt;

    /// <summary>When its first message was sent or received.</summary>
    public TimeSpan BeganAt { get; private set; }

    /// <summary>When its connection took it over as established.</summary>
    public TimeSpan? EstablishedAt { get; set; }

    public IkeSa Sa { get; } = sa;

    public bool IsDead => Sa.State == IkeSaState.Dead;

    public TimeSpan? NextDeadline
    {
        get
        {
            if (IsDead)
                return null;
            if (Sa.State != IkeSaState.Established)
                return _runner.NextDeadline;
            TimeSpan next = _runner.NextDeadline ?? Sa.LastHeard + Sa.Config.LivenessDelay;
            return _endsAt < next ? _endsAt : next;
        }
    }

    public void Start(TimeSpan now)
    {
        BeganAt = Sa.LastHeard = now;
        Sa.MoveTo(IkeSaState.Initiating);
        _runner.Run(now, new InitTask());
    }

    /// <summary>Answers the IKE_SA_INIT that began this SA; see <see cref="ExchangeRunner.AnswerInit"/>.</summary>
    public void Answer(
        TimeSpan now, ReadOnlySpan<byte> datagram, in IkeMessage request, ProposalMatch match, ReadOnlySpan<byte> ourKey, Secret secret)
    {
        BeganAt = now;
        _runner.AnswerInit(now, datagram, request, match, ourKey, secret);
    }

    /// <summary>The peer repeats that IKE_SA_INIT.</summary>
    public void AnswerAgain() => _runner.ResendInit();

    public void Receive(TimeSpan now, in UdpPath path, ReadOnlySpan<byte> datagram) => _runner.Receive(now, path, datagram);

    public void Resume(TimeSpan now, CertificateVerdict verdict) => _runner.Resume(now, verdict);

    public void Advance(TimeSpan now)
    {
        if (IsDead)
            return;
        _runner.Advance(now);
        if (Sa.State == IkeSaState.Established && _endsAt <= now)
            Delete(now);

        // RFC 7296 2.4: whoever was heard lately is alive; only silence is a question.
        if (Sa.State == IkeSaState.Established && !_runner.IsBusy && now - Sa.LastHeard >= Sa.Config.LivenessDelay)
            _runner.Run(now, LivenessTask.Instance);
    }

    /// <summary>Has the SA deleted at <paramref name="end"/>; an earlier end stands.</summary>
    public void EndAt(TimeSpan now, TimeSpan end)
    {
        if (!(_endsAt <= end))
            _endsAt = end;
        if (_endsAt <= now)
            Delete(now);
    }

    /// <summary>Asks the peer to delete the SA; one that is not established is just dropped.</summary>
    public void Delete(TimeSpan now)
    {
        if (Sa.State == IkeSaState.Established)
        {
            Sa.MoveTo(IkeSaState.Deleting);
            _runner.Run(now, new DeleteTask());
        }
        else if (Sa.State != IkeSaState.Deleting)
        {
            Sa.Die(failure: null);
        }
    }

    public void Dispose()
    {
        _runner.Dispose();
        Sa.Dispose();
    }
}
