using System.Globalization;

namespace K8sPqTunnel.Bench.Measuring;

/// <summary>What the kernel has counted for a process so far (proc(5)).</summary>
/// <param name="User">User time of all its threads; the kernel counts in steps of 10 ms.</param>
/// <param name="Kernel">System time of all its threads.</param>
/// <param name="ResidentKiB">VmRSS.</param>
/// <param name="AnonymousKiB">RssAnon: resident without file pages, which processes of one program share.</param>
internal readonly record struct ProcessReading(TimeSpan User, TimeSpan Kernel, long ResidentKiB, long AnonymousKiB)
{
    // USER_HZ is 100 on every Linux platform that .NET runs on.
    private const int TicksPerSecond = 100;
    private const int UserTime = 11;

    public TimeSpan Cpu => User + Kernel;

    public static ProcessReading Of(int processId)
    {
        // Behind the name, which may hold spaces and parentheses itself, the fields are counted from "state".
        string stat = File.ReadAllText($"/proc/{processId}/stat");
        string[] fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        string[] status = File.ReadAllLines($"/proc/{processId}/status");
        return new ProcessReading(Time(fields[UserTime]), Time(fields[UserTime + 1]), Memory(status, "VmRSS:"), Memory(status, "RssAnon:"));
    }

    private static TimeSpan Time(string ticks) => TimeSpan.FromSeconds((double)Number(ticks) / TicksPerSecond);

    private static long Memory(string[] status, string name) =>
        Number(status.First(line => line.StartsWith(name, StringComparison.Ordinal))[name.Length..].Replace("kB", "", StringComparison.Ordinal).Trim());

    private static long Number(string text) => long.Parse(text, CultureInfo.InvariantCulture);
}
