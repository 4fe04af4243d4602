using Microsoft.Extensions.Logging;

namespace K8sPqTunnel.Operator.Certificates;

internal static partial class CertificateLog
{
    [LoggerMessage(1, LogLevel.Information, "Made a new certificate authority, valid to {End:u}")]
    public static partial void Made(ILogger logger, DateTimeOffset end);
}
