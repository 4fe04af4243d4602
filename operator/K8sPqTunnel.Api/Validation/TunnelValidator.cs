using K8sPqTunnel.Api.Resources;
using K8sPqTunnel.Api.Settings;

namespace K8sPqTunnel.Api.Validation;

/// <summary>The one list of rules that the operator, the daemon and the command line share.</summary>
public static class TunnelValidator
{
    // Each rule reads its part of the resource into the settings under construction, and reports what it cannot read.
    private static readonly Action<IpsecTunnelSpec, SettingsDraft>[] Rules =
    [
        PeerRules.Read, LocalRules.Read, AuthenticationRules.Read, ProposalListRules.Read, LifetimeRules.Read, ChildRules.Read, TrafficRules.Read, NatRules.Read,
        TransportRules.Read, MtuRules.Read, LivenessRules.Read, LimitRules.Read, DataplaneRules.Read, ProbeRules.Read, GatewayRules.Read,
    ];

    /// <summary>Checks a tunnel and fills in its defaults.</summary>
    /// <returns>The settings when there is no problem; otherwise null and every problem found.</returns>
    public static TunnelValidation Validate(IpsecTunnel tunnel)
    {
        PeerProfile profile = tunnel.Spec?.Peer?.Profile ?? PeerProfile.Generic;
        var draft = new SettingsDraft(tunnel.Metadata?.Namespace ?? "default", tunnel.Metadata?.Name ?? "", ProfileDefaults.Of(profile));
        if (draft.Name.Length == 0)
            draft.Report("metadata.name", "the tunnel needs a name: add one, for example branch-berlin");
        if (tunnel.Spec is not { } spec)
        {
            draft.Report("spec", "the tunnel has no spec: add one with peer, authentication and traffic");
            return new TunnelValidation(null, draft.Problems);
        }

        foreach (Action<IpsecTunnelSpec, SettingsDraft> rule in Rules)
            rule(spec, draft);
        return new TunnelValidation(draft.Problems.Count == 0 ? draft.Build(spec) : null, draft.Problems);
    }
}
