using Microsoft.Extensions.Logging;

namespace K8sPqTunnel.Operator.Reconciliation;

internal static partial class RolloutLog
{
    [LoggerMessage(1, LogLevel.Information, "Gateway pod {Pod} is not as it should be any more and is replaced")]
    public static partial void Replacing(ILogger logger, string pod);
}
