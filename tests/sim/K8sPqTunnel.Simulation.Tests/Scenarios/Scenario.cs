using K8sPqTunnel.Ike.Negotiation;
using K8sPqTunnel.Ike.Testing.Network;

namespace K8sPqTunnel.Simulation.Tests.Scenarios;

/// <summary>All that one seed decides.</summary>
internal sealed record Scenario
{
    private const int MaxDisturbances = 6;

    private static readonly int[] FragmentSizes = [576, 1000, 1280];

    public required int Seed { get; init; }

    public required IkeProposal Ike { get; init; }

    public required EspProposal Esp { get; init; }

    /// <summary>Who begins to connect by itself; the other waits.</summary>
    public required Sides Starters { get; init; }

    public required bool HasNat { get; init; }

    public required int FragmentSizeLeft { get; init; }

    public required int FragmentSizeRight { get; init; }

    public required TimeSpan IkeLifetime { get; init; }

    public required TimeSpan ChildLifetime { get; init; }

    /// <summary>Traffic selectors on each side.</summary>
    public required int Selectors { get; init; }

    /// <summary>One child for each pair of selectors.</summary>
    public required bool ChildPerPair { get; init; }

    /// <summary>How many child SAs there have to be.</summary>
    public int Children => ChildPerPair ? Selectors * Selectors : 1;

    /// <summary>While the storm lasts.</summary>
    public required Weather Storm { get; init; }

    public required TimeSpan StormLength { get; init; }

    /// <summary>By time.</summary>
    public required IReadOnlyList<Disturbance> Disturbances { get; init; }

    /// <summary>Nothing is lost, late or restarted: only rekeys and re-authentications go on. Then no packet of the traffic may be lost either.</summary>
    public bool IsCalm => Storm.Loss == 0 && Storm.Jitter == TimeSpan.Zero &&
        Disturbances.All(d => d.Kind is DisturbanceKind.RekeyChild or DisturbanceKind.RekeyIke or DisturbanceKind.Reauthenticate);

    public static Scenario Draw(int seed)
    {
        Random chance = new(seed);
        TimeSpan storm = Between(chance, 30, 300);
        bool calm = chance.Next(4) == 0;
        bool hasNat = chance.Next(3) == 0;
        return new Scenario
        {
            Seed = seed,
            Ike = One(chance, Suites.Ike),
            Esp = One(chance, Suites.Esp),
            // Nobody can begin from outside with who is behind a NAT.
            Starters = hasNat ? Sides.Left : (Sides)chance.Next(1, 4),
            HasNat = hasNat,
            FragmentSizeLeft = One(chance, FragmentSizes),
            FragmentSizeRight = One(chance, FragmentSizes),
            IkeLifetime = Between(chance, 90, 900),
            ChildLifetime = Between(chance, 60, 600),
            Selectors = chance.Next(1, 3),
            ChildPerPair = chance.Next(3) == 0,
            StormLength = storm,
            Storm = calm
                ? new Weather(0, chance.NextDouble() * 0.3, TimeSpan.FromMilliseconds(chance.Next(1, 200)), TimeSpan.Zero)
                : new Weather(
                    chance.NextDouble() * 0.5, chance.NextDouble() * 0.3,
                    TimeSpan.FromMilliseconds(chance.Next(1, 200)), TimeSpan.FromMilliseconds(chance.Next(2000))),
            Disturbances = [.. DrawDisturbances(chance, storm, calm).OrderBy(d => d.At)],
        };
    }

    private static IEnumerable<Disturbance> DrawDisturbances(Random chance, TimeSpan storm, bool calm)
    {
        for (int left = chance.Next(MaxDisturbances + 1); left > 0; left--)
        {
            var kind = (DisturbanceKind)chance.Next(calm ? (int)DisturbanceKind.Restart : (int)DisturbanceKind.Outage + 1);
            var at = TimeSpan.FromSeconds(chance.NextDouble() * storm.TotalSeconds);
            var sides = (Sides)chance.Next(1, 4);
            yield return new Disturbance(at, kind, sides, Between(chance, 1, 240));
        }
    }

    private static T One<T>(Random chance, IReadOnlyList<T> from) => from[chance.Next(from.Count)];

    private static TimeSpan Between(Random chance, int least, int most) => TimeSpan.FromSeconds(chance.Next(least, most + 1));
}
