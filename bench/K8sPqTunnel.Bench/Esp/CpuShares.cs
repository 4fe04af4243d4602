using System.Globalization;
using K8sPqTunnel.Bench.Results;

namespace K8sPqTunnel.Bench.Esp;

/// <summary>Where our CPU time of a load goes, in seconds for each gigabyte, both ends together.</summary>
/// <param name="load">Of TCP.</param>
/// <param name="ours">Our tunnel.</param>
/// <param name="floor">The same octets by the same system calls, and nothing else (<see cref="FloorPair"/>).</param>
/// <param name="cipherOctetsPerSecond">What <c>openssl speed</c> says.</param>
internal sealed class CpuShares(EspLoad load, EspMeasurement ours, EspMeasurement floor, double cipherOctetsPerSecond)
{
    /// <summary>Percent of our CPU time that the cipher shall have at least: the rest is not waste then.</summary>
    private const double CipherGoal = 40;

    private const double Gigabyte = 1e9;

    private double All => ours.CpuSecondsPerGigabyte;

    /// <summary>Each octet is encrypted at one end and decrypted at the other; both cost about the same in GCM.</summary>
    private double Cipher => 2 * Gigabyte / cipherOctetsPerSecond;

    private double Floor => Math.Min(floor.KernelSecondsPerGigabyte, ours.KernelSecondsPerGigabyte);

    private IEnumerable<(string Name, double Seconds)> Parts =>
    [
        ("the kernel moving the octets", Floor),
        ("the kernel beyond that", ours.KernelSecondsPerGigabyte - Floor),
        ("the cipher", Cipher),
        ("our own code", Math.Max(0, ours.UserSecondsPerGigabyte - Cipher)),
    ];

    public IEnumerable<BenchResult> Results()
    {
        yield return BenchResult.LessIsBetter($"{load.Title}, CPU of both ends", "s/GB", All, floor.CpuSecondsPerGigabyte, FloorPair.Name, null);
        yield return Share("openssl speed's cipher in our CPU time", Cipher / All);
        yield return Share("the same beside nothing but those calls", Cipher / (Cipher + floor.CpuSecondsPerGigabyte));
        yield return Share("the same in what those calls leave", Cipher / (All - Floor));
        foreach ((string name, double seconds) in Parts)
            yield return new BenchResult($"{load.Title}, our CPU time: {name}", "%", 100 * seconds / All, null, null, null, null);
    }

    /// <summary>The largest part that is not the cipher: what more speed has to be looked for in.</summary>
    public string NextBottleneck()
    {
        (string name, double seconds) = Parts.Where(part => part.Seconds != Cipher).MaxBy(part => part.Seconds);
        return string.Create(CultureInfo.InvariantCulture, $"Next bottleneck, {load.Title}: {name}, {100 * seconds / All:0} % of {All:0.00} s/GB.");
    }

    private BenchResult Share(string name, double share) =>
        new($"{load.Title}, {name}", "%", 100 * share, CipherGoal, "goal", 100 * share / CipherGoal, 1);
}
