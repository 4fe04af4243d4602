namespace K8sPqTunnel.Sidecar.Control;

/// <summary>The control protocol: HTTP over a Unix socket.</summary>
internal static class ControlRoutes
{
    /// <summary>GET: a <see cref="State.TunnelSnapshot"/>.</summary>
    public const string Status = "/v1/status";

    /// <summary>POST: answers 204 when nothing of the tunnel is left.</summary>
    public const string Down = "/v1/down";
}
