using K8sPqTunnel.Ike.Authentication.Certificates;
using K8sPqTunnel.Ike.Negotiation;
using K8sPqTunnel.Ike.Responding;
using K8sPqTunnel.Ike.Sessions;
using K8sPqTunnel.Ike.Wire;

namespace K8sPqTunnel.Ike;

/// <summary>
/// All connections behind one set of sockets: finds the IKE SA of each message by our SPI, lets peers begin, keeps the deadlines.
/// </summary>
/// <remarks>No I/O, no clock, and not for two threads at once, as <see cref="IkeConnection"/>, whose calls belong to the same thread.</remarks>
public sealed class IkeEndpoint : IDisposable
{
    private readonly IkeEnvironment _environment;
    private readonly AcceptorIndex _acceptors = new();
    private readonly HalfOpenTable _halfOpen;
    private readonly Reception _reception;
    private readonly AlarmClock _alarms = new();
    private readonly Dictionary<IkeSpi, IkeConnection> _bySpi = [];
    private readonly HashSet<IkeConnection> _connections = [];
    private readonly List<IkeConnection> _due = [];

    // Made from patterns, and so to be forgotten when their last SA is.
    private readonly Dictionary<(ConnectionConfig Pattern, IkeIdentity Peer), IkeConnection> _byPeer = [];
    private readonly Dictionary<IkeConnection, (ConnectionConfig Pattern, IkeIdentity Peer)> _peers = [];
    private readonly HashSet<IkeConnection> _idle = [];
    private TimeSpan _now;

    /// <param name="environment">For peers that are not yet known: their answers, their key exchanges, events about them.</param>
    public IkeEndpoint(IkeEnvironment environment, EndpointLimits? limits = null)
    {
        _environment = environment;
        _halfOpen = new HalfOpenTable(limits ?? EndpointLimits.Default);
        _reception = new Reception(environment, Drops, _halfOpen, _acceptors);
    }

    /// <summary>What strangers may cost. May be changed at any time; who is under way already may keep to the old.</summary>
    public EndpointLimits Limits
    {
        get => _halfOpen.Limits;
        set => _halfOpen.Limits = value;
    }

    public IReadOnlyCollection<IkeConnection> Connections => _connections;

    /// <summary>IKE SAs whose initiators have not proved themselves yet.</summary>
    public int HalfOpenCount => _halfOpen.Count;

    /// <summary>Datagrams that belonged to no connection, or to none yet.</summary>
    public DropCounters Drops { get; } = new();

    /// <summary>When <see cref="Advance"/> has something to do at the earliest; null: never.</summary>
    public TimeSpan? NextDeadline =>
        _halfOpen.NextDeadline is { } halfOpen && !(_alarms.Next <= halfOpen) ? halfOpen : _alarms.Next;

    /// <summary>Makes a connection, which is idle until it is started.</summary>
    /// <exception cref="ArgumentException">See <see cref="IkeConnection"/>.</exception>
    public IkeConnection Add(ConnectionConfig config, IkeEnvironment environment)
    {
        IkeConnection connection = AddBeginner(config, environment);
        OpenToPeers(connection);
        return connection;
    }

    /// <summary>Takes peers of which only a pattern is known: each that proves an identity gets a connection of its own.</summary>
    /// <param name="pattern">Its <see cref="ConnectionConfig.RemoteNetworks"/> say from where; no <see cref="ConnectionConfig.RemoteIdentity"/> takes any.</param>
    /// <param name="environmentOf">For the connection that is made from it.</param>
    /// <returns>Why no peer can be taken; null where they can.</returns>
    public IkeFailure? AddPattern(ConnectionConfig pattern, Func<ConnectionConfig, IkeEnvironment> environmentOf)
    {
        if (Offer.TryMake(pattern, _environment.Crypto, out IReadOnlyList<IkeProposal> offer) is { } failure)
            return failure;
        _acceptors.Add(new Acceptor(pattern, offer, (now, peer, path) => ConnectionOf(now, environmentOf, offer, peer, path)));
        return null;
    }

    /// <summary>The peers of a pattern, and both ends of what is up with them, prove themselves by other means from now on: see <see cref="IkeConnection.TakeCredentials"/>.</summary>
    /// <param name="authentication">What it changes.</param>
    /// <returns>The pattern from now on.</returns>
    public ConnectionConfig TakeCredentials(TimeSpan now, ConnectionConfig pattern, Func<ConnectionConfig, ConnectionConfig> authentication)
    {
        ConnectionConfig changed = authentication(pattern);
        _acceptors.Find(pattern)?.Become(changed);
        foreach (IkeConnection connection in ConnectionsOf(pattern))
        {
            IkeIdentity peer = _peers[connection].Peer;
            _byPeer.Remove((pattern, peer));
            _byPeer.Add((changed, peer), connection);
            _peers[connection] = (changed, peer);
            connection.TakeCredentials(now, authentication);
        }

        return changed;
    }

    /// <summary>Takes no new peers by a pattern. The connections that were made from it stay, until their last SA is gone or they are removed.</summary>
    public void RemovePattern(ConnectionConfig pattern) => _acceptors.Remove(pattern);

    /// <summary>The connections that stand now of those that were made from a pattern.</summary>
    public IReadOnlyList<IkeConnection> ConnectionsOf(ConnectionConfig pattern) =>
        [.. _peers.Where(peer => ReferenceEquals(peer.Value.Pattern, pattern)).Select(peer => peer.Key)];

    /// <summary>Disposes a connection: its SAs are gone at once, nothing is sent. <see cref="IkeConnection.Close"/> it before.</summary>
    public void Remove(IkeConnection connection)
    {
        if (!_connections.Remove(connection))
            return;
        _acceptors.Remove(connection);
        connection.Dispose();
        _alarms.Forget(connection);
        _idle.Remove(connection);
        if (_peers.Remove(connection, out (ConnectionConfig Pattern, IkeIdentity Peer) key))
            _byPeer.Remove(key);
    }

    /// <summary>Takes one IKE message.</summary>
    /// <param name="path">Where it came in: our address and port, the sender's.</param>
    /// <param name="message">Without non-ESP marker; any length, any content.</param>
    public void Receive(TimeSpan now, in PeerPath path, ReadOnlySpan<byte> message)
    {
        _now = now;
        if (message.Length < IkeHeader.Length)
            Drops.Count(DropReason.MalformedHeader);
        else if (_bySpi.TryGetValue(LocalSpi(message, out IkeSpi initiator), out IkeConnection? connection))
            connection.Receive(now, path, message);
        else if (_halfOpen.TryFind(LocalSpi(message, out _), out HalfOpenSa? halfOpen))
            Receive(now, path, message, halfOpen);
        else if (_bySpi.ContainsKey(initiator))
            Drops.Count(DropReason.NotOurs);                             // Our own, thrown back.
        else
            _reception.Receive(now, path, message);
        Tidy();
    }

    /// <summary>A check of certificates is over that <see cref="IkeEnvironment.Certificates"/> was asked for.</summary>
    public void Complete(TimeSpan now, CertificateCheck check, CertificateVerdict verdict)
    {
        _now = now;
        if (_halfOpen.TryFind(check.LocalSpi, out HalfOpenSa? halfOpen))
        {
            halfOpen.Session.Resume(now, verdict);
            AdoptIfUp(now, halfOpen);
        }
        else if (_bySpi.TryGetValue(check.LocalSpi, out IkeConnection? connection))
        {
            connection.Complete(now, check, verdict);
        }

        Tidy();
    }

    /// <summary>Does what is due.</summary>
    public void Advance(TimeSpan now)
    {
        _now = now;
        foreach (HalfOpenSa late in _halfOpen.TakeLate(now))
            late.Session.Resume(now, CertificateVerdict.Late(late.Session.Sa.Config.Authentication.CheckTime));
        _halfOpen.Expire(now);
        _alarms.Ring(now, _due);
        foreach (IkeConnection connection in _due)
            connection.Advance(now);
        _due.Clear();
        Tidy();
    }

    /// <summary>Removes everything and zeroes all keys. Sends nothing.</summary>
    public void Dispose()
    {
        _halfOpen.Clear();
        foreach (IkeConnection connection in _connections.ToArray())
            Remove(connection);
    }

    /// <summary>The same, but no peer can mean it before <see cref="OpenToPeers"/>.</summary>
    internal IkeConnection AddBeginner(ConnectionConfig config, IkeEnvironment environment)
    {
        var connection = new IkeConnection(config, environment) { Endpoint = this };
        _connections.Add(connection);
        return connection;
    }

    /// <summary>Peers may begin with the connection.</summary>
    internal void OpenToPeers(IkeConnection connection)
    {
        // Where there is no offer, the connection's start says why.
        if (Offer.TryMake(connection.Config, connection.Environment.Crypto, out IReadOnlyList<IkeProposal> offer) is null)
            _acceptors.Add(new Acceptor(connection, offer));
    }

    /// <summary>The IKE SA of an initiator that has not proved itself yet.</summary>
    internal IkeSa? FindHalfOpen(IkeSpi local) => _halfOpen.TryFind(local, out HalfOpenSa? found) ? found.Session.Sa : null;

    internal void Register(IkeSpi local, IkeConnection connection) => _bySpi[local] = connection;

    internal void Forget(IkeSpi local) => _bySpi.Remove(local);

    /// <summary>Something has happened to the connection.</summary>
    internal void Reschedule(IkeConnection connection)
    {
        _alarms.Set(connection);
        if (connection.IsUnused && _peers.ContainsKey(connection))
            _idle.Add(connection);
    }

    // RFC 7296 3.1: the initiator flag says whose SPI is ours.
    private static IkeSpi LocalSpi(ReadOnlySpan<byte> message, out IkeSpi initiator)
    {
        IkeHeader header = IkeHeader.ReadAnyVersion(message);
        initiator = header.InitiatorSpi;
        return header.IsFromInitiator ? header.ResponderSpi : header.InitiatorSpi;
    }

    private void Receive(TimeSpan now, in PeerPath path, ReadOnlySpan<byte> message, HalfOpenSa halfOpen)
    {
        halfOpen.Session.Receive(now, path, message);
        if (halfOpen.Session.Sa.Handshake.AwaitsVerdict)
            _halfOpen.AwaitCheck(now + halfOpen.Session.Sa.Config.Authentication.CheckTime, halfOpen);
        AdoptIfUp(now, halfOpen);
    }

    private void AdoptIfUp(TimeSpan now, HalfOpenSa halfOpen)
    {
        if (halfOpen.Session.Sa.State != IkeSaState.Established)
            return;
        _halfOpen.Remove(halfOpen);
        _reception.Remember(now, halfOpen.Session.Sa.Handshake.InitRequest);
        halfOpen.Session.Sa.Handshake.Claimed!.Adopt(now, halfOpen.Session);
    }

    private IkeConnection ConnectionOf(
        ConnectionConfig pattern,
        Func<ConnectionConfig, IkeEnvironment> environmentOf,
        IReadOnlyList<IkeProposal> offer,
        IkeIdentity peer,
        PeerPath path)
    {
        if (_byPeer.TryGetValue((pattern, peer), out IkeConnection? known))
            return known;
        ConnectionConfig config = pattern with
        {
            Name = $"{pattern.Name}/{peer}",
            LocalAddress = path.Local.Address,
            RemoteAddresses = [path.Remote.Address],
            RemoteNetworks = [],
            RemoteIdentity = peer,
            StartAction = StartAction.None,
        };
        var connection = new IkeConnection(config, environmentOf(config)) { Endpoint = this };
        _connections.Add(connection);
        _byPeer.Add((pattern, peer), connection);
        _peers.Add(connection, (pattern, peer));
        connection.Start(_now, offer);
        return connection;
    }

    private void Tidy()
    {
        if (_idle.Count == 0)
            return;
        foreach (IkeConnection connection in _idle.Where(connection => connection.IsUnused).ToArray())
            Remove(connection);
        _idle.Clear();
    }
}
