using K8sPqTunnel.Simulation.Tests.Hosts;

namespace K8sPqTunnel.Simulation.Tests;

/// <summary>What both ends have to agree on whenever nothing is under way.</summary>
internal static class Agreement
{
    /// <summary>Null when they agree, otherwise what is wrong.</summary>
    /// <param name="children">How many child SAs there should be.</param>
    public static string? Judge(Host left, Host right, int children)
    {
        if (!left.IkeSas.SetEquals(right.IkeSas))
            return $"IKE SAs differ: left {string.Join(' ', left.IkeSas)}, right {string.Join(' ', right.IkeSas)}";
        if (left.IkeSas.Count != 1)
            return $"{left.IkeSas.Count} IKE SAs instead of one: {string.Join(' ', left.IkeSas)}";
        foreach (InstalledChild child in left.Ledger.Installed)
        {
            if (!right.Ledger.Installed.Any(child.Matches))
                return $"left's child {child} has no equal at right, which has {string.Join(' ', right.Ledger.Installed)}";
        }

        if (left.Ledger.Installed.Count != right.Ledger.Installed.Count)
            return $"left has {string.Join(' ', left.Ledger.Installed)}, right {string.Join(' ', right.Ledger.Installed)}";
        if (left.Ledger.Installed.Count != children)
            return $"{left.Ledger.Installed.Count} child SAs instead of {children}: {string.Join(' ', left.Ledger.Installed)}";
        if (left.Ledger.Outbounds != children || right.Ledger.Outbounds != children)
            return $"not all children send: {left.Ledger.Outbounds} of left, {right.Ledger.Outbounds} of right";
        if (left.Ledger.Loose + right.Ledger.Loose > 0)
            return $"SPIs are taken by nothing: {left.Ledger.Loose} at left, {right.Ledger.Loose} at right";
        return null;
    }
}
