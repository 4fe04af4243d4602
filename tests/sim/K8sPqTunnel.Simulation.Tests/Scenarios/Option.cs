using K8sPqTunnel.Simulation.Tests.Watch;

namespace K8sPqTunnel.Simulation.Tests.Scenarios;

/// <summary>Something that a seed may choose besides the weather: one row of <see cref="Options"/>.</summary>
/// <param name="Name">As the summary calls it.</param>
/// <param name="Group">Of a group one is chosen at most; null for one that goes with all others.</param>
/// <param name="OneIn">One seed in so many draws it.</param>
/// <param name="Apply">What it makes of the scenario; null where it does not fit what is drawn already.</param>
/// <param name="Reached">What the run has to show for it to have had its effect.</param>
internal sealed record Option(string Name, string? Group, int OneIn, Func<Scenario, Random, Scenario?> Apply, Func<Evidence, bool> Reached)
{
    public override string ToString() => Name;

    /// <summary>Chance of its own, so that an option more or less changes nothing of the others in the same seed.</summary>
    public Random Chance(int seed)
    {
        // FNV-1a: string hashes differ from process to process.
        uint hash = 2166136261;
        foreach (char letter in Name)
            hash = (hash ^ letter) * 16777619;
        return new Random((int)(hash ^ (uint)seed * 2654435761));
    }
}
