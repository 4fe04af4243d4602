using Microsoft.Extensions.Logging;

namespace K8sPqTunnel.Grpc.Server;

/// <summary>What the server side says about its calls.</summary>
internal static partial class GrpcServerLog
{
    [LoggerMessage(1, LogLevel.Debug, "{Method} from {Peer} ended with {Code}: {Detail}")]
    public static partial void CallEnded(ILogger logger, string method, string peer, GrpcStatusCode code, string detail);

    [LoggerMessage(2, LogLevel.Error, "The handler of {Method} failed; the client was told UNKNOWN.")]
    public static partial void HandlerFailed(ILogger logger, string method, Exception exception);
}
