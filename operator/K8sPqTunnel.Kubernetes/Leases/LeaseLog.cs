using K8sPqTunnel.Kubernetes.Meta;
using Microsoft.Extensions.Logging;

namespace K8sPqTunnel.Kubernetes.Leases;

internal static partial class LeaseLog
{
    [LoggerMessage(1, LogLevel.Information, "{Lease}: {Identity} leads, term {Term}")]
    public static partial void Leads(ILogger logger, NamespacedName lease, string identity, int term);

    [LoggerMessage(2, LogLevel.Information, "{Lease}: {Holder} leads; {Identity} waits")]
    public static partial void Waits(ILogger logger, NamespacedName lease, string holder, string identity);

    [LoggerMessage(3, LogLevel.Warning, "{Lease}: {Identity} leads no longer: {Why}")]
    public static partial void Lost(ILogger logger, NamespacedName lease, string identity, string why);

    [LoggerMessage(4, LogLevel.Warning, "{Lease}: not to be had or renewed now: {Why}")]
    public static partial void Trouble(ILogger logger, NamespacedName lease, string why);
}
