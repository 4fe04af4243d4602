using K8sPqTunnel.Ike.Events;

namespace K8sPqTunnel.Sidecar.Control;

/// <summary>The control protocol: HTTP over a Unix socket.</summary>
internal static class ControlRoutes
{
    /// <summary>GET: all tunnels, a list of <see cref="State.TunnelSnapshot"/>. What is below it concerns one: /NAMESPACE/NAME/WISH.</summary>
    public const string Tunnels = "/v1/tunnels";

    /// <summary>POST: answers 202, and the child SAs get fresh keys.</summary>
    public const string RekeyChild = "rekey-child";

    /// <summary>POST: answers 202, and the IKE SA gets fresh keys.</summary>
    public const string RekeyIke = "rekey-ike";

    /// <summary>POST: answers 204 when nothing of the tunnel is left.</summary>
    public const string Down = "down";

    /// <summary>POST: answers 200 when the daemon does what its files say now; a line for each change.</summary>
    public const string Reload = "/v1/reload";

    public static string Rekey(RekeyKind kind) => kind == RekeyKind.Child ? RekeyChild : RekeyIke;

    /// <summary>The path of a wish.</summary>
    /// <param name="tunnel">NAMESPACE/NAME.</param>
    public static string Of(string tunnel, string wish) => $"{Tunnels}/{tunnel}/{wish}";
}
