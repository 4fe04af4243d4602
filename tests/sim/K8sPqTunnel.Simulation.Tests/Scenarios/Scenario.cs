using K8sPqTunnel.Ike;
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

    /// <summary>What the seed chose besides, one of the rows of <see cref="Scenarios.Options"/> each.</summary>
    public IReadOnlyList<Option> Options { get; init; } = [];

    /// <summary>No SA may come up, whatever happens.</summary>
    public bool StaysDown { get; init; }

    /// <summary>A new IKE SA takes over instead of a rekey, by the configuration.</summary>
    public bool IsReauthenticated { get; init; }

    /// <summary>New IKE SAs take over from others, by the configuration or by a disturbance.</summary>
    public bool Reauthenticates => IsReauthenticated || Disturbances.Any(d => d.Kind == DisturbanceKind.Reauthenticate);

    /// <summary>One end at least signs.</summary>
    public bool IsSigned { get; init; }

    /// <summary>The ends have other identities than the usual ones.</summary>
    public bool HasOtherNames { get; init; }

    /// <summary>Connections between the two ends, each with identities of its own.</summary>
    public int Tunnels { get; init; } = 1;

    /// <summary>The ends are reached by IPv6.</summary>
    public bool IsIpv6Outside { get; init; }

    /// <summary>Both families inside, a network each, instead of <see cref="Selectors"/> networks.</summary>
    public bool HasBothFamilies { get; init; }

    /// <summary>The right end knows of the left only a pattern.</summary>
    public bool HasPattern { get; init; }

    /// <summary>Connections of the right end that mean somebody else at the left end's address.</summary>
    public int Decoys { get; init; }

    /// <summary>A gateway before the right end sends everybody on to it.</summary>
    public bool HasGateway { get; init; }

    /// <summary>There are packets all the time, and the data plane tells of them, counts them, and asks for SAs.</summary>
    public bool HasTraffic { get; init; }

    /// <summary>Who demands cookies of everybody.</summary>
    public Sides DemandCookies { get; init; }

    /// <summary>Who takes its time to check certificates.</summary>
    public Sides CheckSlowly { get; init; }

    /// <summary>An end that begins and hears nothing tries TCP beside UDP (RFC 9329 5.1).</summary>
    public bool FallsBack { get; init; }

    /// <summary>Octets of the largest IP packet that the path lets through.</summary>
    public int PathSize { get; init; } = int.MaxValue;

    /// <summary>What the options change of an end's configuration.</summary>
    internal Func<Sides, ConnectionConfig, ConnectionConfig> Change { get; init; } = (_, config) => config;

    public AddressPlan Addresses => IsIpv6Outside ? AddressPlan.V6 : AddressPlan.V4;

    /// <summary>How many IKE SAs there have to be.</summary>
    public int IkeSas => StaysDown ? 0 : Tunnels;

    /// <summary>How many child SAs there have to be.</summary>
    public int Children => IkeSas * ((ChildPerPair, HasBothFamilies) switch
    {
        (false, _) => 1,
        (_, true) => 2,                                                  // No pair has two families.
        _ => Selectors * Selectors,
    });

    /// <summary>An end changes its address some time.</summary>
    public bool Moves(Sides side) => Disturbances.Any(d => d.Kind == DisturbanceKind.Move && d.Sides.HasFlag(side));

    /// <summary>While the storm lasts.</summary>
    public required Weather Storm { get; init; }

    public required TimeSpan StormLength { get; init; }

    /// <summary>By time.</summary>
    public required IReadOnlyList<Disturbance> Disturbances { get; init; }

    /// <summary>Nothing is lost, late or restarted: only rekeys and re-authentications go on. Then no packet of the traffic may be lost either.</summary>
    public bool IsCalm => Storm.Loss == 0 && Storm.Jitter == TimeSpan.Zero && !StaysDown && CheckSlowly == Sides.None &&
        Disturbances.All(d => d.Kind is DisturbanceKind.RekeyChild or DisturbanceKind.RekeyIke or DisturbanceKind.Reauthenticate);

    /// <param name="without">Options that are not to be drawn; the others are as they would be with them.</param>
    public static Scenario Draw(int seed, Func<Option, bool>? without = null) => Scenarios.Options.Choose(DrawWeather(seed), without ?? (_ => false));

    /// <summary>The same with a change of both ends' configurations.</summary>
    public Scenario With(Func<ConnectionConfig, ConnectionConfig> change) => With(Sides.Both, change);

    /// <summary>The same with a change of the configurations of some ends.</summary>
    public Scenario With(Sides sides, Func<ConnectionConfig, ConnectionConfig> change)
    {
        Func<Sides, ConnectionConfig, ConnectionConfig> before = Change;
        return this with { Change = (side, config) => sides.HasFlag(side) ? change(before(side, config)) : before(side, config) };
    }

    /// <summary>The same with more to happen.</summary>
    public Scenario With(params Disturbance[] more) => this with { Disturbances = [.. Disturbances.Concat(more).OrderBy(d => d.At)] };

    private static Scenario DrawWeather(int seed)
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
