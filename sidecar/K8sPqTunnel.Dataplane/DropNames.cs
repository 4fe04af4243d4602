namespace K8sPqTunnel.Dataplane;

/// <summary>Names of drops that no SA counts, the kernel's of /proc/net/xfrm_stat where it has one.</summary>
internal static class DropNames
{
    /// <summary>A packet whose address had to be translated and that belongs to no connection (nftables: ct state invalid).</summary>
    public const string Untranslated = "NatUntranslated";

    /// <summary>The tunnel's traffic wanted to leave while no SA carried it, or past the tunnel.</summary>
    public const string OutBlocked = "XfrmOutPolBlock";

    /// <summary>The same where the kernel waits for an SA (spec.startAction: Trap).</summary>
    public const string OutWithoutState = "XfrmOutNoStates";
}
