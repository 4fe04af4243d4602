namespace K8sPqTunnel.Sidecar.Control;

/// <summary>The control protocol: HTTP over a Unix socket.</summary>
internal static class ControlRoutes
{
    /// <summary>GET: a <see cref="State.TunnelSnapshot"/>.</summary>
    public const string Status = "/v1/status";

    /// <summary>POST: answers 202, and the child SAs get fresh keys.</summary>
    public const string RekeyChild = "/v1/rekey/child";

    /// <summary>POST: answers 202, and the IKE SA gets fresh keys.</summary>
    public const string RekeyIke = "/v1/rekey/ike";

    /// <summary>POST: answers 204 when nothing of the tunnel is left.</summary>
    public const string Down = "/v1/down";
}
