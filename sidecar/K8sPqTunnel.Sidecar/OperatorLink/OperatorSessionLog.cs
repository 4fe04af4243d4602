using System.Net;
using Microsoft.Extensions.Logging;

namespace K8sPqTunnel.Sidecar.OperatorLink;

internal static partial class OperatorSessionLog
{
    [LoggerMessage(Level = LogLevel.Information, Message = "The operator has sent what tunnel {Tunnel} should be.")]
    public static partial void Configured(this ILogger<OperatorSession> log, string tunnel);

    [LoggerMessage(Level = LogLevel.Information, Message = "The operator at {Address} is told of the tunnels' state.")]
    public static partial void Connected(this ILogger<OperatorSession> log, Uri address);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The operator at {Address} cannot be reached; the tunnels go on without it. {Reason}")]
    public static partial void OperatorUnreachable(this ILogger<OperatorSession> log, Uri address, string reason);

    [LoggerMessage(Level = LogLevel.Information, Message = "The operator's replica at {Leader} leads: it will be called.")]
    public static partial void SentOn(this ILogger<OperatorSession> log, IPEndPoint leader);

    [LoggerMessage(Level = LogLevel.Information, Message = "The operator at {Address} ended the session; it will be called again.")]
    public static partial void SessionEnded(this ILogger<OperatorSession> log, Uri address);

    [LoggerMessage(Level = LogLevel.Error, Message = "Tunnel {Tunnel} could not be taken down, and will be tried again: {Reason}")]
    public static partial void TeardownFailed(this ILogger<OperatorSession> log, string tunnel, string reason);

    [LoggerMessage(Level = LogLevel.Information, Message = "The operator has tunnel {Tunnel} taken down: {Reason}")]
    public static partial void TeardownRequested(this ILogger<OperatorSession> log, string tunnel, string reason);
}
