using System.Text;
using K8sPqTunnel.Ike;
using K8sPqTunnel.Ike.Authentication;
using K8sPqTunnel.Ike.Children;
using K8sPqTunnel.Ike.Crypto;
using K8sPqTunnel.Ike.Negotiation;

namespace K8sPqTunnel.Simulation.Tests.Scenarios;

/// <summary>What the rows of <see cref="Options"/> are made of.</summary>
internal static class Ingredients
{
    private static readonly Secret OtherKey = new("another pre-shared key"u8);
    private static readonly Secret Ppk = new("a postquantum preshared key of both ends"u8);
    private static readonly Secret OtherPpk = new("a postquantum preshared key of one end alone"u8);

    public static Scenario Signed(this Scenario scenario, Credentials credentials) => scenario with
    {
        IsSigned = true,
        Change = Then(scenario, (side, config) => config with { Authentication = credentials.Of(side == Sides.Left) }),
    };

    public static Scenario SignedByRight(this Scenario scenario, Credentials credentials) => scenario with
    {
        IsSigned = true,
        Change = Then(scenario, (side, config) => config with
        {
            Authentication = credentials.OfRightAlone(side == Sides.Left, config.Authentication),
        }),
    };

    public static Scenario WithOtherKey(this Scenario scenario) =>
        scenario.With(Sides.Left, config => config with { Authentication = AuthenticationConfig.PreSharedKey(OtherKey) });

    /// <summary>Both ends have other identities, and expect them.</summary>
    public static Scenario Named(this Scenario scenario, IkeIdentity left, IkeIdentity right) => scenario with
    {
        HasOtherNames = true,
        Change = Then(scenario, (side, config) => side == Sides.Left
            ? config with { LocalIdentity = left, RemoteIdentity = right }
            : config with { LocalIdentity = right, RemoteIdentity = left }),
    };

    public static IkeIdentity Name(IdentityType type, string text) => new(type, Encoding.ASCII.GetBytes(text));

    public static Scenario WithPpk(this Scenario scenario, Sides sides, bool required, string id = "ppk-1") =>
        scenario.With(sides, config => config with { PostquantumKeys = [new PostquantumKey(id, Ppk, required)] });

    /// <summary>The right end has other octets by the same name.</summary>
    public static Scenario WithTwoPpks(this Scenario scenario, bool required) => scenario
        .With(Sides.Left, config => config with { PostquantumKeys = [new PostquantumKey("ppk-1", Ppk, required)] })
        .With(Sides.Right, config => config with { PostquantumKeys = [new PostquantumKey("ppk-1", OtherPpk, required)] });

    public static Scenario Ike(this Scenario scenario, IReadOnlyList<IkeProposal> left, IReadOnlyList<IkeProposal> right) => scenario
        .With(Sides.Left, config => config with { IkeProposals = left })
        .With(Sides.Right, config => config with { IkeProposals = right });

    public static Scenario Policy(this Scenario scenario, QuantumPolicy left, QuantumPolicy right) => scenario
        .With(Sides.Left, config => config with { QuantumPolicy = left })
        .With(Sides.Right, config => config with { QuantumPolicy = right });

    /// <summary>Some of the ends get a value each, drawn once: a scenario is the same as often as it is run.</summary>
    public static Scenario WithEach<T>(this Scenario scenario, Random chance, Func<T> draw, Func<ConnectionConfig, T, ConnectionConfig> change)
    {
        var sides = (Sides)chance.Next(1, 4);
        T first = draw(), second = draw();
        return scenario
            .With(sides & Sides.Left, config => change(config, first))
            .With(sides & Sides.Right, config => change(config, sides == Sides.Right ? first : second));
    }

    /// <summary>The left end alone begins: what is drawn leaves the right one no way to.</summary>
    public static Scenario BegunByLeft(this Scenario scenario) => scenario with
    {
        Starters = Sides.Left,
        Disturbances = [.. scenario.Disturbances.Where(d => d.Kind != DisturbanceKind.Reauthenticate || d.Sides == Sides.Left)],
    };

    /// <summary>Something happens at any time of the storm.</summary>
    public static Disturbance Sometime(this Scenario scenario, Random chance, DisturbanceKind kind, Sides sides = Sides.None) =>
        new(scenario.StormLength * chance.NextDouble(), kind, sides, TimeSpan.FromSeconds(chance.Next(1, 241)));

    /// <summary>Half of the traffic of the right end's networks is refused by it.</summary>
    public static Scenario Narrowed(this Scenario scenario) => scenario.With(Sides.Right, config => config with
    {
        LocalSelectors = [.. config.LocalSelectors.Select(whole => whole.PrefixLength is 16
            ? TrafficSelector.Of(new System.Net.IPNetwork(whole.Start, 17))
            : whole)],
    });

    private static Func<Sides, ConnectionConfig, ConnectionConfig> Then(Scenario scenario, Func<Sides, ConnectionConfig, ConnectionConfig> change) =>
        (side, config) => change(side, scenario.Change(side, config));
}
