using System.Collections.Concurrent;
using K8sPqTunnel.Simulation.Tests.Scenarios;

namespace K8sPqTunnel.Simulation.Tests.Watch;

/// <summary>How often each option was drawn, and how often it had its effect.</summary>
internal sealed class Coverage
{
    private readonly ConcurrentDictionary<string, (int Drawn, int Reached)> _options = new();

    public Coverage()
    {
        foreach (Option option in Options.All)
            _options[option.Name] = default;
    }

    /// <summary>Options that no seed has reached.</summary>
    public IEnumerable<string> Missed => _options.Where(option => option.Value.Reached == 0).Select(option => option.Key).Order(StringComparer.Ordinal);

    public void Take(Scenario scenario, Evidence evidence)
    {
        foreach (Option option in scenario.Options)
        {
            int reached = option.Reached(evidence) ? 1 : 0;
            _options.AddOrUpdate(option.Name, (1, reached), (_, so) => (so.Drawn + 1, so.Reached + reached));
        }
    }

    /// <summary>A table in Markdown, in the order of <see cref="Options"/>.</summary>
    public override string ToString() =>
        "| Option | Drawn | Reached |\n| --- | ---: | ---: |\n" +
        string.Concat(Options.All.Select(option => $"| {option.Name} | {_options[option.Name].Drawn} | {_options[option.Name].Reached} |\n"));
}
