using K8sPqTunnel.Ike.Events;

namespace K8sPqTunnel.Ike.Mobility;

/// <summary>
/// One peer over UDP, and where that gets no answer for a while over TCP next to it (RFC 9329 5.1). Whoever is answered first goes on,
/// alone: before IKE_AUTH, so that the peer never has two SAs of which one forgets the other (RFC 7296 2.4).
/// </summary>
/// <remarks>Its calls belong to the endpoint's thread, except <see cref="Drops"/>.</remarks>
public sealed class TransportRace
{
    /// <summary>How often IKE_SA_INIT is repeated over UDP before TCP begins: with a first wait of 1 s, after 2.8 s. RFC 9329 5.1 wants 1 at least.</summary>
    private const int RepeatsBeforeTcp = 2;

    private readonly IkeEndpoint _endpoint;
    private ConnectionConfig _config;
    private readonly IkeEnvironment _environment;
    private readonly bool _fallsBack;
    private readonly RacingOutput _firstOutput;
    private RacingOutput? _secondOutput;
    private IkeConnection? _second;
    private volatile IReadOnlyList<DropCounters> _drops;

    /// <param name="config">The connection that begins.</param>
    /// <param name="fallsBack">Over TCP too, where that is silent.</param>
    public TransportRace(IkeEndpoint endpoint, ConnectionConfig config, IkeEnvironment environment, bool fallsBack)
    {
        _endpoint = endpoint;
        _config = config;
        _environment = environment;
        _fallsBack = fallsBack && !config.Tcp;
        _firstOutput = new RacingOutput(environment.Output);
        Leader = endpoint.Add(config, environment with { Output = _firstOutput });
        _drops = [Leader.Drops, endpoint.Drops];
    }

    /// <summary>The connection that counts: the one over UDP until TCP has won.</summary>
    public IkeConnection Leader { get; private set; }

    /// <summary>TCP has won. The way back is a new race (RFC 9329 5.1: UDP is to be preferred).</summary>
    public bool HasFallenBack { get; private set; }

    /// <summary>Datagrams that were dropped.</summary>
    public IReadOnlyList<DropCounters> Drops => _drops;

    public void Start(TimeSpan now) => Leader.Start(now);

    /// <summary>Draws the conclusions from what has happened. After whatever the endpoint was given.</summary>
    public void Look(TimeSpan now)
    {
        if (_second is null)
        {
            bool isSilent = Leader is { State: ConnectionState.Connecting, IsAnswered: false } && _firstOutput.Repeats >= RepeatsBeforeTcp;
            if (_fallsBack && !HasFallenBack && isSilent)
                BeginSecond(now);
        }
        else if (Leader.IsAnswered)
        {
            _secondOutput!.IsShut = true;
            Drop(now, _second);
            _second = null;
        }
        else if (_second.IsAnswered)
        {
            _firstOutput.IsShut = true;
            Drop(now, Leader);
            _secondOutput!.IsShut = false;
            (Leader, _second) = (_second, null);
            _endpoint.OpenToPeers(Leader);
            HasFallenBack = true;
        }
        else if (Leader.State == ConnectionState.Connecting)
        {
            _second.Trigger(now);                                        // Under Trap, packets only begin the other again.
        }
    }

    /// <summary>See <see cref="IkeConnection.TakeCredentials"/>.</summary>
    public void TakeCredentials(TimeSpan now, Func<ConnectionConfig, ConnectionConfig> authentication)
    {
        _config = authentication(_config);
        Leader.TakeCredentials(now, authentication);
        _second?.TakeCredentials(now, authentication);
    }

    /// <summary>See <see cref="IkeConnection.Close"/>.</summary>
    public void Close(TimeSpan now)
    {
        if (_second is not null)
            Drop(now, _second);
        _second = null;
        Leader.Close(now);
    }

    private void BeginSecond(TimeSpan now)
    {
        _environment.Output.Report(new TcpTried(_config.Name));
        // Its own SPIs and NAT_DETECTION notifies (RFC 9329 5.1).
        _secondOutput = new RacingOutput(_environment.Output) { IsShut = true };
        // A peer that begins meanwhile means the one that counts.
        _second = _endpoint.AddBeginner(_config with { Tcp = true }, _environment with { Output = _secondOutput });
        _drops = [.. _drops, _second.Drops];
        _second.Start(now);
        _second.Trigger(now);
    }

    private void Drop(TimeSpan now, IkeConnection connection)
    {
        connection.Close(now);
        _endpoint.Remove(connection);
        _firstOutput.Repeats = 0;
    }
}
