using System.Net;
using System.Net.Sockets;
using K8sPqTunnel.Dataplane;
using K8sPqTunnel.Dataplane.Userspace;
using K8sPqTunnel.Ike;

namespace K8sPqTunnel.Sidecar.Sockets;

/// <summary>The ports of one local address: 500 and 4500, or one port of the kernel's choice where another program holds them.</summary>
internal sealed class IkePorts : IDisposable
{
    private readonly IkePort? _ike;
    private readonly IkePort _natTraversal;

    private IkePorts(IkePort? ike, IkePort natTraversal)
    {
        _ike = ike;
        _natTraversal = natTraversal;
    }

    /// <summary>The port to begin on; null where only the shared port could be had and the exchange must begin on the peer's 4500 (RFC 7296 2.23).</summary>
    public IPEndPoint? Ike => _ike?.Local;

    /// <summary>The port shared by IKE and ESP.</summary>
    public IPEndPoint NatTraversal => _natTraversal.Local;

    /// <summary>Our ports where nobody else holds them.</summary>
    public static IReadOnlyList<ushort> Usual { get; } = [PeerPath.IkePort, PeerPath.NatTraversalPort];

    /// <summary>The ports that are open.</summary>
    public IReadOnlyList<ushort> Numbers => Ike is { } ike ? [(ushort)ike.Port, (ushort)NatTraversal.Port] : [(ushort)NatTraversal.Port];

    /// <summary>What the shared port lacks that makes ESP quick; null where it has all.</summary>
    public string? MissingOffload => _natTraversal.MissingOffload;

    /// <exception cref="SocketException"><paramref name="local"/> is not an address of this host, or the privilege is missing.</exception>
    public static IkePorts Open(IPAddress local, DataplaneKind dataplane)
    {
        IkePort? ike = TryBind(local, PeerPath.IkePort, dataplane);
        IkePort? natTraversal = ike is null ? null : TryBind(local, PeerPath.NatTraversalPort, dataplane);
        if (natTraversal is not null)
            return new IkePorts(ike, natTraversal);

        // Another daemon of this node, or charon, has them. An initiator may send from any port (RFC 7296 2.23).
        ike?.Dispose();
        return new IkePorts(ike: null, IkePort.Bind(new IPEndPoint(local, 0), dataplane));
    }

    public void Listen(IDatagramReceiver receiver)
    {
        _ike?.Listen(receiver);
        _natTraversal.Listen(receiver);
    }

    /// <returns>How many datagrams the network refused.</returns>
    public int SendIke(in PeerPath path, ReadOnlySpan<byte> message) => PortOf(path).SendIke(path.Remote, message);

    /// <summary>The same as one IP packet that no router may fragment.</summary>
    public int SendIkeWhole(in PeerPath path, ReadOnlySpan<byte> message) => PortOf(path).SendIkeWhole(path.Remote, message);

    /// <returns>How many the network refused.</returns>
    public int SendEsp(ReadOnlySpan<EspDatagram> packets) => _natTraversal.Send(packets);

    public void SendKeepalive(IPEndPoint remote) => _natTraversal.SendKeepalive(remote);

    public void Dispose()
    {
        _ike?.Dispose();
        _natTraversal.Dispose();
    }

    private IkePort PortOf(in PeerPath path) => _ike is not null && path.Local.Port == _ike.Local.Port ? _ike : _natTraversal;

    private static IkePort? TryBind(IPAddress local, int port, DataplaneKind dataplane)
    {
        try
        {
            return IkePort.Bind(new IPEndPoint(local, port), dataplane);
        }
        catch (SocketException e) when (e.SocketErrorCode is SocketError.AddressAlreadyInUse or SocketError.AccessDenied)
        {
            return null;
        }
    }
}
