using System.Net;
using System.Net.Sockets;

namespace K8sPqTunnel.Simulation.Tests.Scenarios;

/// <summary>Who is where, outside the tunnel.</summary>
/// <param name="LeftElsewhere">Where the left end may move to.</param>
/// <param name="Nat">What the right end sees of the left one behind a NAT.</param>
/// <param name="NatElsewhere">The same after the NAT has changed its address.</param>
/// <param name="Gateway">Sends everybody on to <paramref name="Right"/>.</param>
internal sealed record AddressPlan(
    IPAddress Left, IPAddress LeftElsewhere, IPAddress Right, IPAddress RightElsewhere, IPAddress Nat, IPAddress NatElsewhere, IPAddress Gateway)
{
    public static AddressPlan V4 { get; } =
        Of("192.0.2.1", "192.0.2.77", "198.51.100.7", "198.51.100.77", "203.0.113.5", "203.0.113.6", "198.51.100.99");

    public static AddressPlan V6 { get; } =
        Of("2001:db8:1::1", "2001:db8:1::77", "2001:db8:2::7", "2001:db8:2::77", "2001:db8:3::5", "2001:db8:3::6", "2001:db8:2::99");

    /// <summary>A network with all addresses of the right end.</summary>
    public IPNetwork AnyOfRight => new(Right.AddressFamily == AddressFamily.InterNetwork ? IPAddress.Parse("198.51.100.0") : IPAddress.Parse("2001:db8:2::"),
        Right.AddressFamily == AddressFamily.InterNetwork ? 24 : 48);

    /// <summary>Where an end is at first, and where it may move to.</summary>
    public (IPAddress Home, IPAddress Elsewhere) Of(Sides side) => side == Sides.Left ? (Left, LeftElsewhere) : (Right, RightElsewhere);

    /// <summary>Where the right end can be found, in a scenario.</summary>
    public IEnumerable<IPAddress> RightMayBe(Scenario scenario) => scenario.Moves(Sides.Right) ? [Right, RightElsewhere] : [Right];

    /// <summary>Where the left end is seen, in a scenario.</summary>
    public IEnumerable<IPAddress> LeftMayBe(Scenario scenario) => (scenario.HasNat, scenario.Moves(Sides.Left)) switch
    {
        (true, _) => scenario.Disturbances.Any(d => d.Kind == DisturbanceKind.Remap) ? [Nat, NatElsewhere] : [Nat],
        (_, true) => [Left, LeftElsewhere],
        _ => [Left],
    };

    private static AddressPlan Of(params string[] a) => new(
        IPAddress.Parse(a[0]), IPAddress.Parse(a[1]), IPAddress.Parse(a[2]), IPAddress.Parse(a[3]), IPAddress.Parse(a[4]), IPAddress.Parse(a[5]),
        IPAddress.Parse(a[6]));
}
