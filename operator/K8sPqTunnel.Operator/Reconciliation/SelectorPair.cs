using K8sPqTunnel.Api.Resources;
using K8sPqTunnel.Api.Settings;
using K8sPqTunnel.Kubernetes.Meta;
using K8sPqTunnel.Operator.Rendering;
using K8sPqTunnel.Operator.Resources;

namespace K8sPqTunnel.Operator.Reconciliation;

/// <summary>A local and a remote network that a tunnel joins on its gateway: a second tunnel can carry only packets with another mark.</summary>
internal readonly record struct SelectorPair(NamespacedName Gateway, string Local, string Remote)
{
    /// <summary>A packet between the same networks could be of both, by its mark.</summary>
    public static bool MarksMeet(TunnelResource one, TunnelResource other) => MarkSettings.Meet(MarkOf(one), MarkOf(other));

    public static IEnumerable<SelectorPair> Of(TunnelResource tunnel)
    {
        // What goes into the interface of a tunnel by routes, its routes say; its selectors may be those of all others.
        if (tunnel.Spec?.Traffic is not { Mode: null or TrafficMode.Policy } traffic)
            return [];
        NamespacedName gateway = GatewayNames.KeyOf(tunnel);
        return
        [
            .. from local in (traffic.Local ?? []).Distinct()
               from remote in (traffic.Remote ?? []).Distinct()
               select new SelectorPair(gateway, local, remote),
        ];
    }

    // One that cannot be read belongs to a spec that does not run.
    private static MarkSettings? MarkOf(TunnelResource tunnel) =>
        tunnel.Spec?.Traffic?.Mark is { } text && MarkSettings.TryParse(text, out MarkSettings? mark) ? mark : null;
}
