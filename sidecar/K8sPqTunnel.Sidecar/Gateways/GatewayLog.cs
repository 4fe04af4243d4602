using Microsoft.Extensions.Logging;

namespace K8sPqTunnel.Sidecar.Gateways;

internal static partial class GatewayLog
{
    [LoggerMessage(Level = LogLevel.Information, Message = "Another daemon of this gateway is ending on this node; this one begins when it has let go.")]
    public static partial void Waiting(this ILogger log);

    [LoggerMessage(Level = LogLevel.Error, Message = "Tunnel {Tunnel} cannot be taken: {Message}")]
    public static partial void Refused(this ILogger log, string tunnel, string message);

    [LoggerMessage(Level = LogLevel.Error, Message = "Tunnel {Tunnel} cannot be begun and is tried again: {Message}")]
    public static partial void NotBegun(this ILogger log, string tunnel, string message);
}
