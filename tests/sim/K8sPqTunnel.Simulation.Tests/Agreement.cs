using K8sPqTunnel.Simulation.Tests.Hosts;
using K8sPqTunnel.Simulation.Tests.Scenarios;

namespace K8sPqTunnel.Simulation.Tests;

/// <summary>What both ends have to agree on whenever nothing is under way.</summary>
internal static class Agreement
{
    /// <summary>Null when they agree, otherwise what is wrong.</summary>
    public static string? Judge(Host left, Host right, Scenario scenario)
    {
        if (!left.IkeSas.SetEquals(right.IkeSas))
            return $"IKE SAs differ: left {string.Join(' ', left.IkeSas)}, right {string.Join(' ', right.IkeSas)}";
        if (left.IkeSas.Count != scenario.IkeSas)
            return $"{left.IkeSas.Count} IKE SAs instead of {scenario.IkeSas}: {string.Join(' ', left.IkeSas)}";
        foreach (InstalledChild child in left.Ledger.Installed)
        {
            if (!right.Ledger.Installed.Any(child.Matches))
                return $"left's child {child} has no equal at right, which has {string.Join(' ', right.Ledger.Installed)}";
        }

        if (left.Ledger.Installed.Count != right.Ledger.Installed.Count)
            return $"left has {string.Join(' ', left.Ledger.Installed)}, right {string.Join(' ', right.Ledger.Installed)}";
        // Where successors wait, hardly a moment goes by without one: whom another replaces that is there does not count.
        if (left.Ledger.Lines != scenario.Children || right.Ledger.Lines != scenario.Children)
            return $"{left.Ledger.Lines} child SAs instead of {scenario.Children}: {string.Join(' ', left.Ledger.Installed)}";
        if (left.Ledger.Outbounds != scenario.Children || right.Ledger.Outbounds != scenario.Children)
            return $"not all children send: {left.Ledger.Outbounds} of left, {right.Ledger.Outbounds} of right";
        if (left.Ledger.Loose + right.Ledger.Loose > 0)
            return $"SPIs are taken by nothing: {left.Ledger.Loose} at left, {right.Ledger.Loose} at right";
        if (left.HalfOpen + right.HalfOpen > 0)
            return $"IKE SAs are half open: {left.HalfOpen} at left, {right.HalfOpen} at right";
        return null;
    }

    /// <summary>Traffic could flow.</summary>
    public static bool HasCommonChild(Host left, Host right) =>
        left.Ledger.Installed.Any(child => right.Ledger.Installed.Any(child.Matches));
}
