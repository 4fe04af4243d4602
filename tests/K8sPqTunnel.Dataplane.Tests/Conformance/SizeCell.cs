using K8sPqTunnel.Dataplane.Sizing;
using K8sPqTunnel.Lab.Testing;

namespace K8sPqTunnel.Dataplane.Tests.Conformance;

/// <summary>One combination of the size matrix.</summary>
/// <param name="Path">What the path outside carries, in octets.</param>
/// <param name="Lan">What the hosts' own link takes.</param>
/// <param name="InnerIpv6">The packets inside are IPv6.</param>
/// <param name="OuterIpv6">The gateways talk over IPv6.</param>
/// <param name="Carrier">What carries ESP.</param>
/// <param name="Blocks">The cipher is AES-CBC with HMAC-SHA-256; otherwise AES-GCM.</param>
/// <param name="Tells">The routers in the middle tell of packets that are too large.</param>
/// <param name="Forwards">The gateway forwards for a host; otherwise it talks itself.</param>
internal sealed record SizeCell(
    int Path, int Lan, bool InnerIpv6, bool OuterIpv6, EspCarrier Carrier, bool Blocks, bool Tells, bool Forwards)
{
    private static readonly int[] Paths = [1280, 1400, 1492, 1500, 4000, 9000];
    private static readonly int[] Lans = [1500, 9000];

    /// <summary>
    /// With the environment variable <c>PQTUNNEL_SIZES</c> every combination whose name has that text in it ("all": every one), otherwise
    /// few in which every two values meet.
    /// </summary>
    /// <param name="carriers">Those of the data plane.</param>
    public static IEnumerable<SizeCell> Of(IReadOnlyList<EspCarrier> carriers)
    {
        int[] levels = [Paths.Length, Lans.Length, 2, 2, carriers.Count, 2, 2, 2];
        string? wanted = Environment.GetEnvironmentVariable("PQTUNNEL_SIZES");
        IEnumerable<IReadOnlyList<int>> rows = wanted is null ? CoveringArray.Make(levels, (_, _, _, _) => true) : Everything(levels);
        return rows.Select(row => new SizeCell(
                Paths[row[0]], Lans[row[1]], row[2] == 1, row[3] == 1, carriers[row[4]], row[5] == 1, row[6] == 0, row[7] == 0))
            .Where(cell => wanted is null or "all" || cell.ToString().Contains(wanted, StringComparison.Ordinal));
    }

    public override string ToString() =>
        $"path {Path}{(Tells ? "" : " without a word")}, {(Forwards ? $"host on a link of {Lan}" : "gateway itself")}, IPv{(InnerIpv6 ? 6 : 4)} in IPv{(OuterIpv6 ? 6 : 4)}, "
        + $"{(Blocks ? "CBC" : "GCM")} over {Carrier}";

    private static IEnumerable<IReadOnlyList<int>> Everything(IReadOnlyList<int> levels) =>
        levels.Aggregate((IEnumerable<IReadOnlyList<int>>)[[]], (rows, level) =>
            rows.SelectMany(row => Enumerable.Range(0, level).Select(value => (IReadOnlyList<int>)[.. row, value])));
}
