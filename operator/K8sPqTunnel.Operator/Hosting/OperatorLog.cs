using Microsoft.Extensions.Logging;

namespace K8sPqTunnel.Operator.Hosting;

internal static partial class OperatorLog
{
    [LoggerMessage(1, LogLevel.Information, "The operator runs and holds {Tunnels} tunnels")]
    public static partial void Running(ILogger logger, int tunnels);
}
