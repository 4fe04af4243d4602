using System.Collections.Concurrent;
using System.Threading.Channels;
using K8sPqTunnel.Ike;
using K8sPqTunnel.Ike.Mobility;

namespace K8sPqTunnel.Sidecar.Tunnels;

/// <summary>Gives an IKE endpoint with the connection to one peer its datagrams and its time, one thing after the other.</summary>
internal sealed class IkeLoop : IAsyncDisposable
{
    /// <summary>Messages that may wait; a flood beyond it is dropped, as a network would.</summary>
    private const int QueueLength = 256;

    private readonly Channel<IkeInput> _inputs = Channel.CreateBounded<IkeInput>(new BoundedChannelOptions(QueueLength) { SingleReader = true });
    private readonly ConcurrentQueue<Action<IkeConnection, TimeSpan>> _wishes = new();
    private readonly IkeEndpoint _endpoint;
    private readonly TransportRace _race;
    private readonly TimeProvider _time;
    private readonly long _epoch;
    private readonly ITimer _alarm;
    private long _overflow;
    private volatile bool _closing;

    /// <param name="race">On <paramref name="endpoint"/>; from here on the loop's.</param>
    public IkeLoop(IkeEndpoint endpoint, TransportRace race, TimeProvider time)
    {
        _endpoint = endpoint;
        _race = race;
        _time = time;
        _epoch = time.GetTimestamp();
        // A full queue needs no alarm: the loop is awake and looks at the clock after each batch.
        _alarm = time.CreateTimer(_ => _inputs.Writer.TryWrite(IkeInput.Clock), state: null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Datagrams dropped because the queue was full.</summary>
    public long Overflow => Interlocked.Read(ref _overflow);

    private TimeSpan Now => _time.GetElapsedTime(_epoch);

    /// <summary>Takes a message from any thread; copies it.</summary>
    public void Receive(in PeerPath path, ReadOnlySpan<byte> message)
    {
        IkeInput input = IkeInput.Copy(path, message);
        if (_inputs.Writer.TryWrite(input))
            return;
        input.Return();
        Interlocked.Increment(ref _overflow);
    }

    /// <summary>Has the connection say goodbye to its peer; <see cref="RunAsync"/> returns when that is done or nobody answers.</summary>
    public void Close()
    {
        _closing = true;
        _inputs.Writer.TryWrite(IkeInput.Clock);
    }

    /// <summary>Has the connection do something at its next turn. From any thread.</summary>
    /// <param name="wish">Gets the connection and the time.</param>
    public void Ask(Action<IkeConnection, TimeSpan> wish)
    {
        _wishes.Enqueue(wish);
        _inputs.Writer.TryWrite(IkeInput.Clock);
    }

    /// <summary>Starts the connection and runs it until it is closed or <paramref name="cancellation"/> cuts it short.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        _race.Start(Now);
        bool closeSent = false;
        while (_race.Leader.State != ConnectionState.Closed)
        {
            SetAlarm();
            if (!await _inputs.Reader.WaitToReadAsync(cancellation))
                return;
            while (_inputs.Reader.TryRead(out IkeInput input))
                Handle(input);
            _endpoint.Advance(Now);
            _race.Look(Now);
            while (_wishes.TryDequeue(out Action<IkeConnection, TimeSpan>? wish))
                wish(_race.Leader, Now);
            if (_closing && !closeSent)
            {
                closeSent = true;
                _race.Close(Now);
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _alarm.DisposeAsync();
        _inputs.Writer.TryComplete();
        while (_inputs.Reader.TryRead(out IkeInput input))
            input.Return();
    }

    private void Handle(in IkeInput input)
    {
        if (input.Buffer is null)
            return;
        _endpoint.Receive(Now, input.Path, input.Message);
        _race.Look(Now);
        input.Return();
    }

    private void SetAlarm()
    {
        if (_endpoint.NextDeadline is not { } deadline)
        {
            _alarm.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            return;
        }
        TimeSpan due = deadline - Now;
        _alarm.Change(due > TimeSpan.Zero ? due : TimeSpan.Zero, Timeout.InfiniteTimeSpan);
    }
}
