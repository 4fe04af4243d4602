using System.Globalization;
using K8sPqTunnel.Simulation.Tests.Scenarios;

namespace K8sPqTunnel.Simulation.Tests;

/// <summary>The seeds of a run: <c>./test.sh sim --seeds N --first S</c> hands them over in the environment.</summary>
/// <param name="IsLeftOut">Options that are not drawn.</param>
/// <param name="MostFailures">The run ends early with so many.</param>
internal sealed record SeedRange(int First, int Count, Func<Option, bool> IsLeftOut, int MostFailures)
{
    public const string CountVariable = "PQTUNNEL_SIM_SEEDS";
    public const string FirstVariable = "PQTUNNEL_SIM_FIRST";

    /// <summary>Names of options that are not drawn, with semicolons between; <c>*</c> for all.</summary>
    public const string WithoutVariable = "PQTUNNEL_SIM_WITHOUT";
    public const string FailuresVariable = "PQTUNNEL_SIM_FAILURES";

    /// <summary>So many reach every option.</summary>
    public const int DefaultCount = 5_000;

    private const int DefaultFailures = 10;

    public static SeedRange FromEnvironment()
    {
        string[] without = Environment.GetEnvironmentVariable(WithoutVariable)?.Split(';', StringSplitOptions.TrimEntries) ?? [];
        return new SeedRange(
            Read(FirstVariable, 1), Read(CountVariable, DefaultCount), option => without.Contains("*") || without.Contains(option.Name),
            Read(FailuresVariable, DefaultFailures));
    }

    private static int Read(string variable, int otherwise) =>
        Environment.GetEnvironmentVariable(variable) is { Length: > 0 } text
            ? int.Parse(text, NumberStyles.None, CultureInfo.InvariantCulture)
            : otherwise;
}
