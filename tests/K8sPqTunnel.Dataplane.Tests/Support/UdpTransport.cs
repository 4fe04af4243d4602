using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using K8sPqTunnel.Dataplane.Datagrams;
using K8sPqTunnel.Dataplane.Userspace;
using K8sPqTunnel.Ike;

namespace K8sPqTunnel.Dataplane.Tests.Support;

/// <summary>A UDP socket on port 4500 of a namespace and one for ESP over IP, as the daemon has them.</summary>
internal sealed class UdpTransport : IEspTransport, IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private readonly DatagramSocket _udp;
    private readonly DatagramSocket _raw;
    private DatagramReceivers[] _receivers = [];

    public UdpTransport(NetworkNamespace space, IPAddress local, bool wantsOffloads)
    {
        _raw = space.Run(() => DatagramSocket.BindEsp(local, 1 << 20));
        _udp = Bind(() => space.Run(() => DatagramSocket.Bind(new IPEndPoint(local, PeerPath.NatTraversalPort), 1 << 20, wantsOffloads)));
    }

    public UserspaceDataplane? Receiver { get; set; }

    public void Start() => _receivers = [.. new[] { _udp, _raw }.Select(socket =>
        new DatagramReceivers(socket, "test", DatagramReceivers.MostForEsp, () => new Handler(Receiver!), lost => Assert.Fail(lost.Message)))];

    /// <summary>A child that another test is just starting has a copy of the socket that was closed before, until it runs its own program.</summary>
    private static DatagramSocket Bind(Func<DatagramSocket> bind)
    {
        var waited = Stopwatch.StartNew();
        while (true)
        {
            try
            {
                return bind();
            }
            catch (SocketException e) when (e.SocketErrorCode == SocketError.AddressAlreadyInUse && waited.Elapsed < Patience)
            {
                Thread.Sleep(10);
            }
        }
    }

    public void Send(ReadOnlySpan<EspDatagram> batch) => (batch[0].IsRaw ? _raw : _udp).Send(batch);

    public void Dispose()
    {
        Array.ForEach(_receivers, receivers => receivers.Dispose());
        foreach (DatagramSocket socket in new[] { _udp, _raw })
            socket.Dispose();
    }

    private sealed class Handler(UserspaceDataplane receiver) : IDatagramHandler
    {
        private readonly OpenedBatch _opened = new();

        public void Prepare(ReadOnlySpan<EspDatagram> received) => receiver.Open(received, _opened);

        public void Accept(ReadOnlySpan<EspDatagram> received) => _opened.Accept();

        public void Deliver() => _opened.Deliver();
    }
}
