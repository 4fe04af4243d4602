using Microsoft.Extensions.Logging;

namespace K8sPqTunnel.Sidecar;

internal static partial class FleetLog
{
    [LoggerMessage(Level = LogLevel.Information, Message = "Read the files again: {Change}.")]
    public static partial void Changed(this ILogger log, string change);

    [LoggerMessage(Level = LogLevel.Error, Message = "Not all that the files say could be done: {Message}")]
    public static partial void NotFollowed(this ILogger log, string message);

    [LoggerMessage(Level = LogLevel.Error, Message = "Tunnel {Tunnel} is lost and is begun anew: {Message}")]
    public static partial void Lost(this ILogger log, string tunnel, string message);
}
