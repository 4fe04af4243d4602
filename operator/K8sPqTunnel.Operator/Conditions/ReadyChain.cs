using K8sPqTunnel.Api.Resources;
using K8sPqTunnel.Api.Settings;
using K8sPqTunnel.Grpc.Contract.V1;
using K8sPqTunnel.Operator.Observation;

namespace K8sPqTunnel.Operator.Conditions;

/// <summary>Why is the tunnel not Ready? Each link has nothing to say or explains itself; the first that speaks wins.</summary>
internal static class ReadyChain
{
    /// <summary>The daemon's reason where a probe cannot be begun.</summary>
    internal const string ProbeImpossible = "ProbeImpossible";

    private static readonly Func<TunnelObservation, Verdict?>[] Links =
    [
        SpecIsValid, PoliciesAreMet, GatewayIsTheSame, GatewayExists, SelectorsAreFree, SecretIsUsable, GatewayIsAccepted, GatewayRuns, DaemonIsHeard, DaemonRunsThisSpec,
        TunnelIsEstablished, IsQuantumSafeEnough, DataPathAnswers,
    ];

    /// <summary>The first complaint, or null when packets pass.</summary>
    public static Verdict? Judge(TunnelObservation observed)
    {
        foreach (Func<TunnelObservation, Verdict?> link in Links)
        {
            if (link(observed) is { } verdict)
                return verdict;
        }

        return null;
    }

    internal static Verdict? SpecIsValid(TunnelObservation observed) =>
        observed.Validation.IsValid
            ? null
            : new Verdict("InvalidSpec", string.Join("; ", observed.Validation.Problems), Stalled: true);

    internal static Verdict? PoliciesAreMet(TunnelObservation observed) =>
        observed.PolicyProblems.Count == 0
            ? null
            : new Verdict("PolicyViolated", string.Join("; ", observed.PolicyProblems), Stalled: true);

    internal static Verdict? GatewayExists(TunnelObservation observed) =>
        observed.MissingGateway is { } missing
            ? new Verdict("GatewayMissing", $"spec.gatewayRef.name: there is no IpsecGateway \"{missing}\" in the tunnel's namespace: create it, "
                + "or name another one in a new tunnel", Stalled: true)
            : null;

    // CEL refuses the change where the API server knows it.
    internal static Verdict? GatewayIsTheSame(TunnelObservation observed) =>
        observed.FormerGateway is { } former
            ? new Verdict("GatewayChanged", $"spec.gatewayRef cannot change, and the tunnel runs on {former}: write it as it was, or delete the tunnel "
                + "and create it anew", Stalled: true)
            : null;

    internal static Verdict? SelectorsAreFree(TunnelObservation observed) =>
        observed.SelectorsTakenBy is { } other
            ? new Verdict("SelectorsTaken", $"spec.traffic: the tunnel \"{other}\" of the same gateway carries the same packets already: give one of them "
                + "other networks, or each a spec.traffic.mark that no packet of the other has, for example 0x1/0xff and 0x2/0xff, or another gateway; this one "
                + "begins as soon as they are free", Stalled: true)
            : null;

    internal static Verdict? SecretIsUsable(TunnelObservation observed)
    {
        TunnelSettings settings = observed.Validation.Settings!;
        foreach (SecretSight secret in observed.Secrets)
        {
            if (secret.Problem(settings.Authentication, settings.Namespace) is { } problem)
                return new Verdict(secret.Exists ? "SecretUnusable" : "SecretMissing", problem, Stalled: true);
        }

        return observed.Certificates?.Unusable();
    }

    internal static Verdict? GatewayIsAccepted(TunnelObservation observed) =>
        observed.Refusal is { } refusal ? new Verdict("GatewayRefused", Bounded.Text(refusal), Stalled: true) : null;

    internal static Verdict? GatewayRuns(TunnelObservation observed) =>
        observed.Gateway.Trouble() is var (reason, message) ? new Verdict(reason, message) : null;

    internal static Verdict? DaemonIsHeard(TunnelObservation observed) => observed.Daemon switch
    {
        null => new Verdict("DaemonNotConnected",
            $"the daemon in pod {observed.Gateway.Pod?.Metadata.Name} has not called the operator yet: see its log if this stays", Unknown: true),
        { Connected: false } => new Verdict("DaemonAway",
            "the daemon's session with the operator has ended; its tunnel goes on without, and its state is not known here: see its pod's log",
            Unknown: true),
        { Report: null } => new Verdict("DaemonStarting", "the daemon has called and not reported yet", Unknown: true),
        _ => null,
    };

    internal static Verdict? DaemonRunsThisSpec(TunnelObservation observed) =>
        observed.Daemon!.Report!.ObservedGeneration is var running && running != 0 && running != observed.Generation
            ? new Verdict("SpecRollout", $"the daemon runs generation {running} of the spec, generation {observed.Generation} is on its way")
            : null;

    internal static Verdict? TunnelIsEstablished(TunnelObservation observed)
    {
        TunnelReport report = observed.Daemon!.Report!;
        if (report.Phase == TunnelPhase.Established)
            return null;

        // Before the peer's word: it says no more than that it refuses.
        if (observed.Certificates?.OutOfDate(observed.Time) is { } outOfDate)
            return outOfDate;
        bool stalled = report.Phase == TunnelPhase.Stalled;
        if (report.LastError is { Reason.Length: > 0 } error)
            return new Verdict(CamelCase.Of(error.Reason), Bounded.Text(error.Message), stalled);
        return report.Phase == TunnelPhase.Closing
            ? new Verdict("Closing", "the daemon is deleting the tunnel's security associations")
            : new Verdict("Connecting", $"the daemon negotiates with {PeerOf(observed, report)}", stalled);
    }

    internal static Verdict? IsQuantumSafeEnough(TunnelObservation observed) =>
        observed.Policy == KeyExchangePolicy.Required && !QuantumSafety.Holds(observed.Daemon!.Report!)
            ? new Verdict("NotQuantumSafe", "the tunnel's keys come from classical key exchange only, but spec.postQuantum.keyExchange is Required: "
                + "enable ML-KEM on the peer, or set Preferred", Stalled: true)
            : null;

    internal static Verdict? DataPathAnswers(TunnelObservation observed)
    {
        TunnelReport report = observed.Daemon!.Report!;
        if (report.Probe is not { Target.Length: > 0 } probe || probe.State == ProbeState.Healthy)
            return null;
        if (probe.State == ProbeState.Unhealthy)
        {
            return new Verdict("ProbeUnanswered", $"the tunnel is up, but {Bounded.Text(probe.Target)} does not answer through it: check the peer's "
                + "traffic selectors, its firewall and its routes back");
        }

        return WhyNoProbe(report) is { } why
            ? new Verdict(ProbeImpossible, why, Stalled: true)
            : new Verdict("ProbePending", $"the tunnel is up, and the first answer of {Bounded.Text(probe.Target)} through it is awaited");
    }

    /// <summary>The daemon's word on why it cannot probe; null where it can.</summary>
    internal static string? WhyNoProbe(TunnelReport report) =>
        report.LastError is { Reason: ProbeImpossible } error ? Bounded.Text(error.Message) : null;

    private static string PeerOf(TunnelObservation observed, TunnelReport report) =>
        report.PeerEndpoint.Length > 0
            ? Bounded.Text(report.PeerEndpoint)
            : string.Join(", ", observed.Validation.Settings!.PeerAddresses.Select(a => a.Text).Concat(observed.Validation.Settings.PeerNetworks.Select(n => n.ToString())));
}
