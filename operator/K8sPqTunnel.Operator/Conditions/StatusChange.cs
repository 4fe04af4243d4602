using System.Text.Json;
using K8sPqTunnel.Api;
using K8sPqTunnel.Api.Status;

namespace K8sPqTunnel.Operator.Conditions;

/// <summary>What differs between two statuses.</summary>
internal static class StatusChange
{
    /// <summary>Nothing differs.</summary>
    public static bool IsNone(IpsecTunnelStatus? before, IpsecTunnelStatus after) => before is not null && Text(before) == Text(after);

    /// <summary>Something differs that people wait for: anything but counters, the last packets' times and what the probe measures.</summary>
    public static bool IsTransition(IpsecTunnelStatus? before, IpsecTunnelStatus after) =>
        before is null || Text(Still(before)) != Text(Still(after));

    /// <summary>A node is remembered or forgotten, which nothing else tells after the pod is gone.</summary>
    public static bool IsOfNodes(IpsecTunnelStatus? before, IpsecTunnelStatus after) => !(before?.Nodes ?? []).SequenceEqual(after.Nodes ?? []);

    private static IpsecTunnelStatus Still(IpsecTunnelStatus status) => status with
    {
        Counters = null,
        Rtt = null,
        Probe = null,
        Children = status.Children?.Select(child => child with { LastReceivedTime = null, LastSentTime = null }).ToArray(),
    };

    private static string Text(IpsecTunnelStatus status) => JsonSerializer.Serialize(status, ApiJsonContext.Default.IpsecTunnelStatus);
}
