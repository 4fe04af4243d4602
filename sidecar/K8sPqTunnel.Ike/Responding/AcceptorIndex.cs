using System.Net;

namespace K8sPqTunnel.Ike.Responding;

/// <summary>Finds the acceptors whose addresses fit a path, closest first (RFC 7296 leaves the choice of policy to us).</summary>
internal sealed class AcceptorIndex
{
    private readonly Dictionary<IPAddress, List<Acceptor>> _byPeer = [];
    private readonly List<Acceptor> _byNetwork = [];

    public void Add(Acceptor acceptor)
    {
        foreach (IPAddress peer in acceptor.Config.RemoteAddresses.Distinct())
        {
            if (!_byPeer.TryGetValue(peer, out List<Acceptor>? acceptors))
                _byPeer.Add(peer, acceptors = []);
            acceptors.Add(acceptor);
        }

        if (acceptor.Config.RemoteNetworks.Count > 0)
            _byNetwork.Add(acceptor);
    }

    public void Remove(IkeConnection connection) => Remove(connection.Config, acceptor => acceptor.IsOf(connection));

    /// <summary>Closes a pattern: handshakes under way do not find it open any more either.</summary>
    public void Remove(ConnectionConfig pattern) => Remove(pattern, acceptor => ReferenceEquals(acceptor.Config, pattern));

    /// <summary>The acceptor of a pattern; null where there is none.</summary>
    public Acceptor? Find(ConnectionConfig pattern) =>
        _byNetwork.Concat(_byPeer.Values.SelectMany(acceptors => acceptors)).FirstOrDefault(acceptor => ReferenceEquals(acceptor.Config, pattern));

    private void Remove(ConnectionConfig config, Predicate<Acceptor> isMeant)
    {
        foreach (IPAddress peer in config.RemoteAddresses.Distinct())
        {
            if (_byPeer.TryGetValue(peer, out List<Acceptor>? acceptors) && Close(acceptors, isMeant) && acceptors.Count == 0)
                _byPeer.Remove(peer);
        }

        Close(_byNetwork, isMeant);
    }

    /// <summary>Those that take peers now, the closest description of both addresses first, in order of their adding where equal.</summary>
    public List<Acceptor> Find(PeerPath path)
    {
        List<Acceptor> found = [];
        if (_byPeer.TryGetValue(path.Remote.Address, out List<Acceptor>? named))
            AddThatFit(found, named, path);
        AddThatFit(found, _byNetwork, path);
        return found.Count < 2 ? found : [.. found.Distinct().OrderByDescending(acceptor => acceptor.Fit(path))];
    }

    private static void AddThatFit(List<Acceptor> found, List<Acceptor> acceptors, in PeerPath path)
    {
        foreach (Acceptor acceptor in acceptors)
        {
            if (acceptor.IsOpen && acceptor.Fit(path) != Acceptor.NoFit)
                found.Add(acceptor);
        }
    }

    private static bool Close(List<Acceptor> acceptors, Predicate<Acceptor> isMeant)
    {
        foreach (Acceptor acceptor in acceptors.FindAll(isMeant))
            acceptor.Close();
        return acceptors.RemoveAll(isMeant) > 0;
    }
}
