namespace K8sPqTunnel.Dataplane;

/// <summary>Names of drops that the kernel's /proc/net/xfrm_stat has none for.</summary>
internal static class DropNames
{
    /// <summary>A packet whose address had to be translated and that belongs to no connection (nftables: ct state invalid).</summary>
    public const string Untranslated = "NatUntranslated";
}
