using System.Globalization;

namespace K8sPqTunnel.Lab.Testing;

/// <summary>The seeds that the simulation is asked to run; null: what it runs by itself.</summary>
internal sealed record SimulationSeeds(int? Count, int? First)
{
    /// <summary>As the simulation reads them.</summary>
    public IReadOnlyDictionary<string, string> Variables { get; } = new Dictionary<string, string>(
        new[] { ("PQTUNNEL_SIM_SEEDS", Count), ("PQTUNNEL_SIM_FIRST", First) }
            .Where(variable => variable.Item2 is not null)
            .Select(variable => KeyValuePair.Create(variable.Item1, variable.Item2!.Value.ToString(CultureInfo.InvariantCulture))));
}
