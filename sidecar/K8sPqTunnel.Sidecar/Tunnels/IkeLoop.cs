using System.Collections.Concurrent;
using System.Threading.Channels;
using K8sPqTunnel.Ike;
using K8sPqTunnel.Ike.Mobility;

namespace K8sPqTunnel.Sidecar.Tunnels;

/// <summary>Gives an IKE endpoint its datagrams, its wishes and its time, one thing after the other.</summary>
internal sealed class IkeLoop : IAsyncDisposable
{
    /// <summary>Messages that may wait; a flood beyond it is dropped, as a network would.</summary>
    private const int QueueLength = 256;

    private readonly Channel<IkeInput> _inputs = Channel.CreateBounded<IkeInput>(new BoundedChannelOptions(QueueLength) { SingleReader = true });
    private readonly ConcurrentQueue<Action<IkeEndpoint, TimeSpan>> _wishes = new();
    private readonly IkeEndpoint _endpoint;
    private readonly TimeProvider _time;
    private readonly long _epoch;
    private readonly ITimer _alarm;
    private readonly List<TransportRace> _races = [];
    private long _overflow;

    public IkeLoop(IkeEndpoint endpoint, TimeProvider time)
    {
        _endpoint = endpoint;
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

    /// <summary>Has something done at the loop's next turn, in the order of asking. From any thread.</summary>
    /// <param name="wish">Gets the endpoint and the time.</param>
    public void Ask(Action<IkeEndpoint, TimeSpan> wish)
    {
        _wishes.Enqueue(wish);
        _inputs.Writer.TryWrite(IkeInput.Clock);
    }

    /// <summary>Has a race look at whatever happens from now on. On the loop's thread.</summary>
    public void Follow(TransportRace race) => _races.Add(race);

    /// <summary>The race is over. On the loop's thread.</summary>
    public void Unfollow(TransportRace race) => _races.Remove(race);

    /// <summary>Runs until <paramref name="cancellation"/> cuts it short.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        // A wait that could itself be cancelled would be made anew for each message.
        await using CancellationTokenRegistration end = cancellation.Register(() => _inputs.Writer.TryComplete());
        while (true)
        {
            SetAlarm();
            if (!await _inputs.Reader.WaitToReadAsync(CancellationToken.None) || cancellation.IsCancellationRequested)
                return;
            while (_inputs.Reader.TryRead(out IkeInput input))
                Handle(input);
            _endpoint.Advance(Now);
            Look();
            while (_wishes.TryDequeue(out Action<IkeEndpoint, TimeSpan>? wish))
                wish(_endpoint, Now);
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
        Look();
        input.Return();
    }

    private void Look()
    {
        foreach (TransportRace race in _races)
            race.Look(Now);
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
