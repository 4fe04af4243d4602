namespace K8sPqTunnel.Bench.Esp;

/// <summary>How much is measured.</summary>
/// <param name="Seconds">Of each measurement.</param>
/// <param name="Rounds">Measurements of each kind, all contenders in turn; the best of each counts, since all that disturbs makes it worse.</param>
/// <param name="Loads">What is sent through the tunnels.</param>
internal sealed record EspPlan(int Seconds, int Rounds, IReadOnlyList<EspLoad> Loads)
{
    public static EspPlan Full { get; } = new(3, 3, EspLoad.All);

    public static EspPlan Quick { get; } = new(2, 1, [EspLoad.All[0], EspLoad.All[^1]]);
}
