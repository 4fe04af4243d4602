using System.Buffers.Binary;
using System.Net;
using K8sPqTunnel.Ike.Crypto;

namespace K8sPqTunnel.Dataplane.Probing;

/// <summary>Sends requests through a tunnel and follows which are answered, until it is disposed.</summary>
/// <remarks>
/// The requests are put into the outbound path as inner packets and the answers are taken out of the inbound path. So they need
/// neither a raw socket nor an address of this host in the local networks, and they test what packets of the workload meet:
/// selectors, SAs, the peer, the way back.
/// </remarks>
public sealed class DataPathProbe : IDisposable
{
    private readonly Lock _lock = new();
    private readonly IInnerPath _path;
    private readonly ProbeOptions _options;
    private readonly IPAddress _source;
    private readonly ProbeMessage _message;
    private readonly TimeProvider _time;
    private readonly IRandomSource _random;
    private readonly ProbeHistory _history;
    private readonly Dictionary<ulong, long> _waiting = [];
    private readonly ITimer _timer;
    private long _sent;
    private bool _disposed;
    private volatile ProbeSnapshot _snapshot = ProbeSnapshot.Unprobed;

    internal DataPathProbe(IInnerPath path, ProbeOptions options, IPAddress source, TimeProvider time, IRandomSource random)
    {
        _path = path;
        _options = options;
        _source = source;
        _message = ProbeMessage.Of(options.Protocol, options.Port);
        _time = time;
        _random = random;
        _history = new ProbeHistory(options.History, options.UnhealthyAfter);
        _path.Tap = TryTakeAnswer;
        _timer = time.CreateTimer(_ => Tick(), null, TimeSpan.Zero, options.Interval);
    }

    public ProbeSnapshot Snapshot => _snapshot;

    public void Dispose()
    {
        lock (_lock)
            _disposed = true;
        _timer.Dispose();
        _path.Tap = null;
    }

    private void Tick()
    {
        byte[] packet = new byte[_message.LengthTo(_options.Target)];
        ulong token;
        lock (_lock)
        {
            if (_disposed)
                return;
            SettleLost();
            do
                token = NextToken();
            while (_waiting.ContainsKey(token));
            _message.WriteRequest(packet, _source, _options.Target, (ushort)_sent, token);
            _sent++;
            _waiting.Add(token, _time.GetTimestamp());
        }
        bool sent = _path.TrySend(packet);                              // Not under the lock: the answer may come on this very stack.
        lock (_lock)
        {
            if (!sent && _waiting.Remove(token))
                _history.AddLoss();
        }
        Publish();
    }

    private bool TryTakeAnswer(ReadOnlySpan<byte> packet)
    {
        if (!_message.TryReadAnswer(packet, out ulong token, out bool begunSomething))
            return false;
        lock (_lock)
        {
            if (!_waiting.Remove(token, out long start))
                return false;
            _history.AddAnswer(_time.GetElapsedTime(start));
        }
        Publish();
        if (begunSomething)
            _path.TrySend(_message.EndOf(packet, _source, _options.Target));
        return true;
    }

    private void Publish()
    {
        ProbeSnapshot now;
        bool changed;
        lock (_lock)
        {
            now = _history.Summarize(_sent);
            changed = now.State != _snapshot.State && !_disposed;
            _snapshot = now;
        }
        if (changed)
            _options.StateChanged?.Invoke(now);
    }

    private void SettleLost()
    {
        ulong[] lost = [.. from probe in _waiting where _time.GetElapsedTime(probe.Value) >= _options.Timeout select probe.Key];
        foreach (ulong token in lost)
        {
            _waiting.Remove(token);
            _history.AddLoss();
        }
    }

    private ulong NextToken()
    {
        Span<byte> octets = stackalloc byte[sizeof(ulong)];
        _random.Fill(octets);
        return BinaryPrimitives.ReadUInt64BigEndian(octets) & _message.TokenMask;
    }
}
