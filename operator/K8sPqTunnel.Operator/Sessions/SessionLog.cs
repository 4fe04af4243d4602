using Microsoft.Extensions.Logging;

namespace K8sPqTunnel.Operator.Sessions;

internal static partial class SessionLog
{
    [LoggerMessage(1, LogLevel.Information, "{Gateway}: daemon {Version} in pod {Pod} on node {Node} has connected")]
    public static partial void Connected(ILogger logger, string gateway, string version, string pod, string node);

    [LoggerMessage(2, LogLevel.Information, "{Gateway}: the session of pod {Pod} has ended")]
    public static partial void Ended(ILogger logger, string gateway, string pod);

    [LoggerMessage(3, LogLevel.Warning, "A daemon's token could not be checked: {Why}")]
    public static partial void ReviewFailed(ILogger logger, string why);

    [LoggerMessage(4, LogLevel.Information, "{Tunnel}: the daemon in pod {Pod} has removed everything that it made")]
    public static partial void TornDown(ILogger logger, string tunnel, string pod);

    [LoggerMessage(5, LogLevel.Information, "{Gateway}: a newer session has replaced the one of pod {Pod}")]
    public static partial void Replaced(ILogger logger, string gateway, string pod);
}
