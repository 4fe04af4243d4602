namespace K8sPqTunnel.Simulation.Tests.Network;

/// <summary>What is on the way, by the time of its arrival.</summary>
internal sealed class Air
{
    private readonly PriorityQueue<Flight, (TimeSpan At, long Order)> _flights = new();
    private long _order;

    public TimeSpan? Next => _flights.TryPeek(out _, out (TimeSpan At, long Order) first) ? first.At : null;

    public void Launch(Flight flight, TimeSpan arrival) => _flights.Enqueue(flight, (arrival, _order++));

    public Flight Land() => _flights.Dequeue();
}
