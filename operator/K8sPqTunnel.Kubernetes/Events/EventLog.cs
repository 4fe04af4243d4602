using Microsoft.Extensions.Logging;

namespace K8sPqTunnel.Kubernetes.Events;

internal static partial class EventLog
{
    [LoggerMessage(1, LogLevel.Warning, "The event {Event} is dropped: {Why}")]
    public static partial void Dropped(ILogger logger, string @event, string why);
}
