using System.Globalization;

namespace K8sPqTunnel.Simulation.Tests;

/// <summary>The seeds of a run: <c>./test.sh sim --seeds N --first S</c> hands them over in the environment.</summary>
internal sealed record SeedRange(int First, int Count)
{
    public const string CountVariable = "PQTUNNEL_SIM_SEEDS";
    public const string FirstVariable = "PQTUNNEL_SIM_FIRST";

    private const int DefaultCount = 5_000;

    public static SeedRange FromEnvironment() => new(Read(FirstVariable, 1), Read(CountVariable, DefaultCount));

    private static int Read(string variable, int otherwise) =>
        Environment.GetEnvironmentVariable(variable) is { Length: > 0 } text
            ? int.Parse(text, NumberStyles.None, CultureInfo.InvariantCulture)
            : otherwise;
}
