namespace K8sPqTunnel.Ike.Testing;

/// <summary>Time that passes only from one thing that happens to the next.</summary>
internal sealed class VirtualTime
{
    private readonly List<(Func<TimeSpan?> Next, Action Happen)> _causes = [];

    public TimeSpan Now { get; private set; }

    /// <summary>Something that happens now and then.</summary>
    /// <param name="next">When it does the next time; null: never.</param>
    /// <param name="happen">Of two that are due at the same time the one that was added first goes first.</param>
    public void Add(Func<TimeSpan?> next, Action happen) => _causes.Add((next, happen));

    /// <summary>The next thing happens, unless that is after <paramref name="end"/>.</summary>
    public bool Step(TimeSpan end)
    {
        TimeSpan next = TimeSpan.MaxValue;
        Action? happen = null;
        foreach ((Func<TimeSpan?> Next, Action Happen) cause in _causes)
        {
            if (cause.Next() is { } due && due < next)
                (next, happen) = (due, cause.Happen);
        }

        if (happen is null || next > end)
            return false;
        Now = next > Now ? next : Now;
        happen();
        return true;
    }

    /// <summary>Lets everything happen up to <paramref name="end"/>.</summary>
    public void RunUntil(TimeSpan end)
    {
        while (Step(end))
        {
        }

        Now = end;
    }
}
