using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using K8sPqTunnel.Bench.Credentials;
using K8sPqTunnel.Bench.Load;
using K8sPqTunnel.Bench.Suites;
using K8sPqTunnel.Ike;
using K8sPqTunnel.Ike.Children;
using K8sPqTunnel.Ike.Crypto;

namespace K8sPqTunnel.Bench.Respond;

/// <summary>
/// Our core as a responder to any number of peers, behind two sockets and a data plane that only frees what it is given: what the
/// daemon, which carries one tunnel, would be with many.
/// </summary>
internal sealed class ResponderHost : IIkeOutput, IDisposable
{
    private const int MarkerLength = 4;
    private const int SocketBuffer = 4 << 20;
    private const int LargestMessage = 4096;
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(200);

    // As charon is told: a load is no attack.
    private static readonly EndpointLimits Unlimited = new() { CookiesFrom = 1_000_000, MaxHalfOpen = 1_000_000, MaxHalfOpenPerAddress = 1_000_000 };

    private readonly EndCredentials _credentials;
    private readonly Lock _core = new();
    private readonly byte[] _sent = new byte[MarkerLength + LargestMessage];
    private readonly long _epoch = Stopwatch.GetTimestamp();
    private readonly Socket _ike;
    private readonly Socket _shared;
    private readonly IkeEndpoint _endpoint;
    private IPEndPoint? _lastRemote;
    private SocketAddress _lastAddress = new(AddressFamily.InterNetwork);

    public ResponderHost(RespondOrder order)
    {
        IPAddress address = IPAddress.Parse(order.Address);
        _ike = Bind(new IPEndPoint(address, PeerPath.IkePort));
        _shared = Bind(new IPEndPoint(address, PeerPath.NatTraversalPort));
        Trial trial = Trial.All[order.Trial];
        _credentials = new EndCredentials(trial.Authentication, order.Credentials, isServer: true);
        var environment = new IkeEnvironment(
            new SystemRandomSource(), new SystemKeyExchangeSource(), new CountedSpis(), this, CryptoCapabilities.Probe(), new ChainVerifier());
        _endpoint = new IkeEndpoint(environment, Unlimited);
        if (_endpoint.AddPattern(BenchEnds.Responder(trial.Suite, address, _credentials.Common), _ => environment) is { } failure)
            throw new InvalidOperationException(failure.Message);
    }

    private TimeSpan Now => Stopwatch.GetElapsedTime(_epoch);

    /// <summary>Answers until the process is killed.</summary>
    public void Run()
    {
        new Thread(() => Serve(_ike)) { IsBackground = true, Name = "ike" }.Start();
        Serve(_shared);
    }

    public void Send(in PeerPath path, ReadOnlySpan<byte> message)
    {
        int marker = path.HasNonEspMarker ? MarkerLength : 0;
        message.CopyTo(_sent.AsSpan(marker));
        _sent.AsSpan(0, marker).Clear();
        if (!ReferenceEquals(path.Remote, _lastRemote))
        {
            _lastRemote = path.Remote;
            _lastAddress = path.Remote.Serialize();
        }

        (path.HasNonEspMarker ? _shared : _ike).SendTo(_sent.AsSpan(0, marker + message.Length), SocketFlags.None, _lastAddress);
    }

    public void InstallInbound(ChildSa sa)
    {
        // Nothing to install it in.
    }

    public void InstallOutbound(ChildSa sa)
    {
        // Nothing to install it in.
    }

    public void Move(ChildSa sa, in PeerPath path)
    {
        // No packets to send elsewhere.
    }

    public void Remove(ChildSa sa) => sa.Dispose();

    public void Report(IkeEvent ikeEvent)
    {
        // Nobody asks.
    }

    public void Dispose()
    {
        _endpoint.Dispose();
        _ike.Dispose();
        _shared.Dispose();
        _credentials.Dispose();
    }

    private static Socket Bind(IPEndPoint local)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp)
        {
            ReceiveBufferSize = SocketBuffer,
            SendBufferSize = SocketBuffer,
            ReceiveTimeout = (int)Tick.TotalMilliseconds,
        };
        socket.Bind(local);
        return socket;
    }

    private void Serve(Socket socket)
    {
        byte[] buffer = new byte[MarkerLength + LargestMessage];
        var local = (IPEndPoint)socket.LocalEndPoint!;
        var from = new SocketAddress(AddressFamily.InterNetwork);
        SocketAddress? knownFrom = null;
        PeerPath path = default;
        int marker = local.Port == PeerPath.IkePort ? 0 : MarkerLength;
        while (true)
        {
            int length = Receive(socket, buffer, from);
            lock (_core)
            {
                TimeSpan now = Now;
                if (length > marker)
                {
                    // Nearly every datagram comes from the peer of the one before it.
                    if (!from.Equals(knownFrom))
                    {
                        path = new PeerPath(local, (IPEndPoint)local.Create(from));
                        knownFrom = path.Remote.Serialize();
                    }

                    _endpoint.Receive(now, path, buffer.AsSpan(marker, length - marker));
                }

                if (_endpoint.NextDeadline <= now)
                    _endpoint.Advance(now);
            }
        }
    }

    private static int Receive(Socket socket, byte[] buffer, SocketAddress from)
    {
        try
        {
            return socket.ReceiveFrom(buffer, SocketFlags.None, from);
        }
        catch (SocketException e) when (e.SocketErrorCode is SocketError.TimedOut or SocketError.WouldBlock or SocketError.ConnectionRefused)
        {
            return 0;
        }
    }
}
