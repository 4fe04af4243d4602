using Microsoft.Extensions.Logging;

namespace K8sPqTunnel.Operator.Admission;

internal static partial class AdmissionLog
{
    [LoggerMessage(1, LogLevel.Information, "The API server asks this operator before it stores a tunnel: ValidatingWebhookConfiguration {Name} has its certificate authority")]
    public static partial void Trusted(ILogger logger, string name);

    [LoggerMessage(2, LogLevel.Warning, "ValidatingWebhookConfiguration {Name} cannot be told the operator's certificate authority, so wrong tunnels are only seen afterwards: {Problem}")]
    public static partial void NotTrusted(ILogger logger, string name, string problem);
}
