using System.Net;
using System.Net.Sockets;
using K8sPqTunnel.Ike.Authentication;
using K8sPqTunnel.Ike.Negotiation;

namespace K8sPqTunnel.Ike.Responding;

/// <summary>A connection, or the pattern of many, that a peer who begins may mean.</summary>
internal sealed class Acceptor
{
    /// <summary>How well no address fits.</summary>
    public const int NoFit = -1;

    private ConnectionConfig? _pattern;
    private readonly IReadOnlyList<IkeProposal> _offer;
    private readonly IkeConnection? _connection;
    private readonly Func<IkeIdentity, PeerPath, IkeConnection> _claim;
    private (IReadOnlyList<PeerProposal> Theirs, bool Intermediate, ProposalMatch? Match)? _judged;
    private bool _isClosed;

    /// <param name="offer">From <see cref="Offer"/>: what policy and machine leave of the proposals.</param>
    public Acceptor(IkeConnection connection, IReadOnlyList<IkeProposal> offer)
    {
        _offer = offer;
        _connection = connection;
        _claim = (_, _) => connection;
    }

    /// <param name="pattern">What the connections of many peers are made from.</param>
    /// <param name="offer">From <see cref="Offer"/>.</param>
    /// <param name="claim">The connection of a peer that has proved its identity, made from the pattern on first contact.</param>
    public Acceptor(ConnectionConfig pattern, IReadOnlyList<IkeProposal> offer, Func<ConnectionConfig, IkeIdentity, PeerPath, IkeConnection> claim)
    {
        _pattern = pattern;
        _offer = offer;
        _claim = (peer, path) => claim(_pattern!, peer, path);
    }

    /// <summary>As it is now: a connection may move (RFC 4555), and is to be had at its new address then.</summary>
    public ConnectionConfig Config => _connection?.Config ?? _pattern!;

    /// <summary>Peers may begin now.</summary>
    public bool IsOpen => !_isClosed && (_connection?.IsOpenToPeers ?? true);

    /// <summary>Where events go that concern this acceptor's peers before one of them has proved who it is; null: to the endpoint's.</summary>
    public IIkeOutput? Output => _connection?.Environment.Output;

    /// <summary>Another has its place, for the same peers.</summary>
    public void Become(ConnectionConfig pattern) => _pattern = pattern;

    /// <summary>Takes no peer any more.</summary>
    public void Close() => _isClosed = true;

    public bool IsOf(IkeConnection connection) => _connection == connection;

    public IkeConnection Claim(IkeIdentity peer, in PeerPath path) => _claim(peer, path);

    /// <summary>How closely both addresses are described: the more, the better; <see cref="NoFit"/> for not at all.</summary>
    public int Fit(in PeerPath path)
    {
        IPAddress remote = path.Remote.Address;
        bool isAnyLocal = Config.LocalAddress.Equals(IPAddress.Any) || Config.LocalAddress.Equals(IPAddress.IPv6Any);
        if (!isAnyLocal && !Config.LocalAddress.Equals(path.Local.Address))
            return NoFit;

        int bits = 8 * (remote.AddressFamily == AddressFamily.InterNetwork ? 4 : 16);
        int best = Config.RemoteAddresses.Contains(remote) ? bits + 1 : NoFit;
        foreach (IPNetwork network in Config.RemoteNetworks)
        {
            if (network.Contains(remote))
                best = Math.Max(best, network.PrefixLength);
        }

        return best == NoFit ? NoFit : 2 * best + (isAnyLocal ? 0 : 1);
    }

    /// <param name="intermediate">The peer announces IKE_INTERMEDIATE, without which no additional key exchange can run.</param>
    public ProposalMatch? Choose(IReadOnlyList<PeerProposal> theirs, bool intermediate)
    {
        // From OfferMemory it is the same object where a peer offers what the one before it did.
        if (_judged is null || !ReferenceEquals(_judged.Value.Theirs, theirs) || _judged.Value.Intermediate != intermediate)
            _judged = (theirs, intermediate, ProposalChoice.ForIke(theirs, _offer, Config.ProposalOrder, Config.QuantumPolicy, intermediate));
        return _judged.Value.Match;
    }

    /// <summary>Whether this connection's proposals and policy contain what was chosen for another one.</summary>
    public bool Allows(IkeSelection selection) =>
        (Config.QuantumPolicy != QuantumPolicy.Required || selection.IsQuantumSafe) &&
        _offer.Any(proposal => selection.Transforms.All(chosen => IsNone(chosen) || proposal.Transforms.Contains(chosen)));

    /// <param name="peer">IDi.</param>
    /// <param name="us">IDr of the peer's request; null where it does not care.</param>
    public bool IsMeant(IkeIdentity peer, IkeIdentity? us) =>
        (Config.RemoteIdentity is null || IdentityRule.Matches(Config.RemoteIdentity, peer)) && Config.IdentityFor(us) is not null;

    private static bool IsNone(Transform transform) =>
        transform.Id == 0 && (transform.IsAdditionalKeyExchange || transform.Type == TransformType.Integrity);
}
