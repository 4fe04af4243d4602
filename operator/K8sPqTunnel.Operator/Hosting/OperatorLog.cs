using Microsoft.Extensions.Logging;

namespace K8sPqTunnel.Operator.Hosting;

internal static partial class OperatorLog
{
    [LoggerMessage(1, LogLevel.Information, "The operator has listed the cluster, with {Tunnels} tunnels")]
    public static partial void Listed(ILogger logger, int tunnels);

    [LoggerMessage(2, LogLevel.Warning, "The process ends: {Why}")]
    public static partial void Superseded(ILogger logger, string why);
}
