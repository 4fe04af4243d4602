using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using K8sPqTunnel.Bench.Credentials;
using K8sPqTunnel.Bench.Measuring;
using K8sPqTunnel.Bench.Suites;
using K8sPqTunnel.Ike;
using K8sPqTunnel.Ike.Authentication;
using K8sPqTunnel.Ike.Crypto;

namespace K8sPqTunnel.Bench.Load;

/// <summary>
/// Keeps a number of handshakes with one responder under way, from one thread and one port, over our own core. What is up is forgotten
/// here without a word, and stays up at the responder.
/// </summary>
internal sealed class LoadGenerator : IDisposable
{
    private const int MarkerLength = 4;
    private const int SocketBuffer = 4 << 20;
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(200);

    private readonly LoadOrder _order;
    private readonly EndCredentials _credentials;
    private readonly Queue<(IkeIdentity Name, AuthenticationConfig Authentication)> _clients = new();
    private readonly ChainVerifier _verifier = new();
    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
    private readonly Dictionary<IkeSpi, LoadHandshake> _underWay = [];
    private readonly byte[] _sent = new byte[4096];
    private readonly byte[] _received = new byte[4096];
    private readonly SystemRandomSource _random = new();
    private readonly SystemKeyExchangeSource _keyExchanges = new();
    private readonly CountedSpis _spis = new();
    private readonly CryptoCapabilities _crypto = CryptoCapabilities.Probe();
    private readonly ConnectionConfig _config;
    private readonly PeerPath _path;
    private readonly SocketAddress _remote;
    private readonly List<long> _memory = [];
    private readonly long _epoch = Stopwatch.GetTimestamp();
    private Latencies _latencies = new(0);
    private int _established;
    private int _failures;
    private int _repeats;

    public LoadGenerator(LoadOrder order)
    {
        _order = order;
        _socket.ReceiveBufferSize = _socket.SendBufferSize = SocketBuffer;
        _socket.ReceiveTimeout = (int)Tick.TotalMilliseconds;
        var local = IPAddress.Parse(order.LocalAddress);
        var remote = IPAddress.Parse(order.RemoteAddress);
        _socket.Bind(new IPEndPoint(local, 0));
        int port = ((IPEndPoint)_socket.LocalEndPoint!).Port;
        _path = new PeerPath(new IPEndPoint(local, port), new IPEndPoint(remote, PeerPath.NatTraversalPort));
        _remote = _path.Remote.Serialize();
        Trial trial = Trial.All[order.Trial];
        _credentials = new EndCredentials(trial.Authentication, order.Credentials, isServer: false);
        _config = BenchEnds.Initiator(trial.Suite, local, port, remote, _credentials.Common);
        // Before anything is measured: no daemon makes its certificates in a handshake.
        for (int number = 1; number <= order.WarmUp + order.Count + 2 * order.Window; number++)
            _clients.Enqueue((BenchEnds.InitiatorId(number), _credentials.For(BenchEnds.InitiatorName(number))));
    }

    private TimeSpan Now => Stopwatch.GetElapsedTime(_epoch);

    public LoadOutcome Run()
    {
        Affinity.Pin(Environment.ProcessId, processor: 0);
        ReadMemoryIfDue();
        RunUntil(_order.WarmUp);
        _latencies = new Latencies(_order.Count);

        int before = _established;
        long allocated = GC.GetAllocatedBytesForCurrentThread();
        ProcessReading responder = ProcessReading.Of(_order.ResponderProcess);
        ProcessReading own = ProcessReading.Of(Environment.ProcessId);
        TimeSpan begun = Now;
        RunUntil(_order.WarmUp + _order.Count);
        TimeSpan ended = Now;
        int done = _established - before;
        return new LoadOutcome(
            done,
            _failures,
            _repeats,
            (ended - begun).TotalSeconds,
            (ProcessReading.Of(_order.ResponderProcess).Cpu - responder.Cpu).TotalSeconds,
            (ProcessReading.Of(Environment.ProcessId).Cpu - own.Cpu).TotalSeconds,
            (double)(GC.GetAllocatedBytesForCurrentThread() - allocated) / Math.Max(1, done),
            _latencies.Percentile(0.5),
            _latencies.Percentile(0.99),
            _memory);
    }

    public void Dispose()
    {
        foreach (LoadHandshake left in _underWay.Values)
            left.Connection.Dispose();
        _socket.Dispose();
        _credentials.Dispose();
    }

    internal void Send(LoadHandshake from, ReadOnlySpan<byte> message)
    {
        // The initiator's SPI stands first (RFC 7296 3.1), and comes back in every answer.
        if (IkeSpi.TryReadPair(message, out IkeSpi spi, out _))
            _underWay[spi] = from;
        message.CopyTo(_sent.AsSpan(MarkerLength));
        _socket.SendTo(_sent.AsSpan(0, MarkerLength + message.Length), SocketFlags.None, _remote);
    }

    internal IkeConnection Connect(IIkeOutput output)
    {
        (IkeIdentity name, AuthenticationConfig authentication) = _clients.Dequeue();
        return new IkeConnection(
            _config with { LocalIdentity = name, Authentication = authentication },
            new IkeEnvironment(_random, _keyExchanges, _spis, output, _crypto, _verifier));
    }

    internal void CountRepeat() => _repeats++;

    private void RunUntil(int established)
    {
        TimeSpan nextTick = Now + Tick;
        while (_established < established)
        {
            // The window stays full to the end of the measurement, so that no part of it is idle.
            while (_underWay.Count < _order.Window)
                Begin();
            Receive();
            if (Now < nextTick)
                continue;
            nextTick = Now + Tick;
            foreach (LoadHandshake handshake in _underWay.Values.ToArray())
            {
                if (handshake.Connection.NextDeadline <= Now)
                    handshake.Connection.Advance(Now);
            }
        }
    }

    private void Begin()
    {
        TimeSpan now = Now;
        new LoadHandshake(this, now).Connection.Start(now);
    }

    private void Receive()
    {
        int length;
        try
        {
            length = _socket.Receive(_received);
        }
        catch (SocketException e) when (e.SocketErrorCode is SocketError.TimedOut or SocketError.WouldBlock or SocketError.ConnectionRefused)
        {
            return;
        }

        ReadOnlySpan<byte> message = _received.AsSpan(0, length);
        if (length < MarkerLength || !IkeSpi.TryReadPair(message[MarkerLength..], out IkeSpi spi, out _) || !_underWay.TryGetValue(spi, out LoadHandshake? handshake))
            return;
        TimeSpan now = Now;
        handshake.Connection.Receive(now, _path, message[MarkerLength..]);
        if (!handshake.IsEstablished && !handshake.HasFailed)
            return;

        _underWay.Remove(spi);
        handshake.Connection.Dispose();
        if (handshake.HasFailed)
        {
            _failures++;
            return;
        }

        _established++;
        _latencies.Add(Now - handshake.Begun);
        ReadMemoryIfDue();
    }

    private void ReadMemoryIfDue()
    {
        if (_memory.Count < _order.MemoryAt.Count && _established >= _order.MemoryAt[_memory.Count])
            _memory.Add(ProcessReading.Of(_order.ResponderProcess).ResidentKiB);
    }
}
