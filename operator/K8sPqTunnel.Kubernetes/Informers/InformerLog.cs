using K8sPqTunnel.Kubernetes.Meta;
using Microsoft.Extensions.Logging;

namespace K8sPqTunnel.Kubernetes.Informers;

internal static partial class InformerLog
{
    [LoggerMessage(1, LogLevel.Warning, "{Kind}: the informer waits {Seconds:0.0} s and goes on: {Why}")]
    public static partial void Interrupted(ILogger logger, string kind, double seconds, string why);

    [LoggerMessage(2, LogLevel.Debug, "{Kind}: resource version {Version} has expired, listing again")]
    public static partial void Expired(ILogger logger, string kind, string? version);

    [LoggerMessage(3, LogLevel.Error, "{Kind} {Key} does not fit its type and stays as it was last readable: {Problem}")]
    public static partial void Unreadable(ILogger logger, string kind, NamespacedName key, string problem);

    [LoggerMessage(4, LogLevel.Debug, "{Kind}: listed {Count} objects at resource version {Version}")]
    public static partial void Listed(ILogger logger, string kind, int count, string version);
}
