using System.Text.Json;
using K8sPqTunnel.Api;
using K8sPqTunnel.Api.Schema;
using K8sPqTunnel.Operator.Resources;

namespace K8sPqTunnel.Operator.Rendering;

/// <summary>The file that the daemon mounts: the tunnel itself, as `pqtunnel up` would read it.</summary>
internal static class TunnelFile
{
    public static string Of(TunnelResource tunnel) =>
        YamlText.Of(JsonSerializer.SerializeToNode(tunnel.ToDocument(), ApiJsonContext.Default.IpsecTunnel)!);
}
