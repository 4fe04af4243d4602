using Microsoft.Extensions.Logging;

namespace K8sPqTunnel.Kubernetes.Controllers;

internal static partial class ControllerLog
{
    [LoggerMessage(1, LogLevel.Warning, "{Controller}: {Key} failed {Failures} times in a row: {Why}")]
    public static partial void Failed(ILogger logger, string controller, string key, int failures, string why);

    [LoggerMessage(3, LogLevel.Debug, "{Controller}: {Key} has met another writer {Failures} times in a row: {Why}")]
    public static partial void Conflict(ILogger logger, string controller, string key, int failures, string why);

    [LoggerMessage(2, LogLevel.Error, "{Controller}: {Key} met a defect and will be tried again")]
    public static partial void Defect(ILogger logger, Exception exception, string controller, string key);
}
