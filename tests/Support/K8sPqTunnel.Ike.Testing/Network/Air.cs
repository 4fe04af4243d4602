namespace K8sPqTunnel.Ike.Testing.Network;

/// <summary>What is on the way, by the time of its arrival. Chance comes from the seed.</summary>
/// <typeparam name="T">One datagram, with whatever its receiver has to know.</typeparam>
internal sealed class Air<T>(int seed, Weather weather)
{
    private readonly PriorityQueue<T, (TimeSpan At, long Order)> _flights = new();
    private readonly Random _chance = new(seed);
    private long _order;

    public Weather Weather { get; set; } = weather;

    /// <summary>When the next one arrives; null: nothing is on the way.</summary>
    public TimeSpan? Next => _flights.TryPeek(out _, out (TimeSpan At, long Order) first) ? first.At : null;

    /// <summary>Whether the datagram that is being sent gets lost: asked once for each.</summary>
    public bool Loses() => _chance.NextDouble() < Weather.Loss;

    /// <summary>Sends one that is not lost; it may become two.</summary>
    public void Launch(TimeSpan now, Func<T> copy)
    {
        for (int copies = _chance.NextDouble() < Weather.Duplication ? 2 : 1; copies > 0; copies--)
            _flights.Enqueue(copy(), (now + Weather.Delay + Weather.Jitter * _chance.NextDouble(), _order++));
    }

    /// <summary>Sends one that nothing can happen to.</summary>
    public void Carry(TimeSpan now, T flight) => _flights.Enqueue(flight, (now + Weather.Delay, _order++));

    /// <summary>The one that arrives at <see cref="Next"/>.</summary>
    public T Land() => _flights.Dequeue();
}
