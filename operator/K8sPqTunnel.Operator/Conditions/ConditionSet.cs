using K8sPqTunnel.Api.Status;
using K8sPqTunnel.Grpc.Contract.V1;
using K8sPqTunnel.Operator.Observation;

namespace K8sPqTunnel.Operator.Conditions;

/// <summary>The conditions of a tunnel, from what is observed.</summary>
internal static class ConditionSet
{
    private const int MaxMessage = 4096;

    /// <param name="observed">What is known.</param>
    /// <param name="previous">The conditions before, whose transition times are kept where the status is the same.</param>
    /// <param name="now">The transition time of those that change.</param>
    public static IReadOnlyList<Condition> Of(TunnelObservation observed, IReadOnlyList<Condition>? previous, DateTimeOffset now)
    {
        Verdict? verdict = ReadyChain.Judge(observed);
        // Up to here the report speaks of the tunnel as it is; before, there is none that counts.
        TunnelReport? report = observed.Daemon is { Connected: true } ? observed.Daemon.Report : null;
        var builder = new ConditionListBuilder(previous, observed.Generation, now);
        builder.Add(ConditionTypes.Ready, Ready(observed, verdict));
        builder.Add(ConditionTypes.Reconciling, Reconciling(verdict));
        builder.Add(ConditionTypes.Stalled, Stalled(verdict));
        builder.Add(ConditionTypes.Established, Established(report, verdict));
        builder.Add(ConditionTypes.QuantumSafe, QuantumSafe(report, verdict));
        builder.Add(ConditionTypes.DataPathHealthy, DataPathHealthy(report, verdict));
        if (observed.Certificates is { } certificates)
            builder.Add(ConditionTypes.CertificateValid, CertificateValid(certificates, observed, report));
        return builder.Conditions;
    }

    /// <summary>The conditions of a tunnel that is being deleted: the domain's go, because nobody waits for them any more.</summary>
    public static IReadOnlyList<Condition> Deleting(IReadOnlyList<Condition>? previous, Verdict verdict, long generation, DateTimeOffset now)
    {
        var builder = new ConditionListBuilder(previous, generation, now);
        builder.Add(ConditionTypes.Ready, new(ConditionStatus.False, verdict.Reason, Cut(verdict.Message)));
        builder.Add(ConditionTypes.Reconciling, Reconciling(verdict));
        builder.Add(ConditionTypes.Stalled, Stalled(verdict));
        return builder.Conditions;
    }

    private static Finding Ready(TunnelObservation observed, Verdict? verdict)
    {
        if (verdict is not null)
            return new(verdict.Unknown ? ConditionStatus.Unknown : ConditionStatus.False, verdict.Reason, Cut(verdict.Message));
        TunnelReport report = observed.Daemon!.Report!;
        return report.Probe?.State == ProbeState.Healthy
            ? new(ConditionStatus.True, "DataPathHealthy", $"packets pass: {Bounded.Text(report.Probe.Target)} answers through the tunnel")
            : new(ConditionStatus.True, "EstablishedUnprobed", "the child SA is up; whether packets pass is not probed: set spec.probe.target to know");
    }

    internal static Finding Reconciling(Verdict? verdict) => verdict is { Stalled: false }
        ? new(ConditionStatus.True, verdict.Reason, Cut(verdict.Message))
        : new(ConditionStatus.False, verdict is null ? "Settled" : verdict.Reason, "nothing is under way");

    internal static Finding Stalled(Verdict? verdict) => verdict is { Stalled: true }
        ? new(ConditionStatus.True, verdict.Reason, Cut(verdict.Message))
        : new(ConditionStatus.False, "Working", "nothing has to be changed by hand");

    private static Finding Established(TunnelReport? report, Verdict? verdict) => report switch
    {
        null => Unreported(verdict),
        { Phase: TunnelPhase.Established } => new(ConditionStatus.True, "ChildSaUp", Cut("a child SA is installed in both directions" + InUserSpace(report))),
        _ => new(ConditionStatus.False, verdict?.Reason ?? "Down", Cut(verdict?.Message ?? "there is no child SA")),
    };

    private static string InUserSpace(TunnelReport report) =>
        report.Dataplane is { WhyNotXfrm.Length: > 0 } plane ? $", in user space, because {Bounded.Text(plane.WhyNotXfrm)}" : "";

    private static Finding QuantumSafe(TunnelReport? report, Verdict? verdict)
    {
        if (report?.IkeSa is not { } ike)
            return report is null ? Unreported(verdict) : new(ConditionStatus.Unknown, "NoIkeSa", "there is no IKE SA to judge");
        string exchanges = string.Join(" + ", Bounded.List(ike.KeyExchanges));
        if (!QuantumSafety.Holds(report))
            return new(ConditionStatus.False, "ClassicalKeyExchange", $"the keys come from {exchanges} only: enable ML-KEM on the peer");
        bool own = report.ChildSas.Count > 0 && report.ChildSas.All(c => c.QuantumSafety == Grpc.Contract.V1.QuantumSafety.OwnKeyExchange);
        return own
            ? new(ConditionStatus.True, "HybridKeyExchange", $"the keys come from {exchanges}; each child SA has an ML-KEM exchange of its own")
            : new(ConditionStatus.True, "HybridKeyExchange", $"the keys come from {exchanges}; child SAs derive theirs from the hybrid IKE SA");
    }

    private static Finding DataPathHealthy(TunnelReport? report, Verdict? verdict) => report?.Probe?.State switch
    {
        null => Unreported(verdict),
        ProbeState.Healthy => new(ConditionStatus.True, "ProbeAnswered", $"{Bounded.Text(report!.Probe.Target)} answers through the tunnel"),
        ProbeState.Unhealthy => new(ConditionStatus.False, "ProbeUnanswered", $"{Bounded.Text(report!.Probe.Target)} does not answer through the tunnel"),
        _ when report.Probe.Target.Length > 0 => ReadyChain.WhyNoProbe(report) is { } why
            ? new(ConditionStatus.Unknown, ReadyChain.ProbeImpossible, Cut(why))
            : new(ConditionStatus.Unknown, "ProbePending", $"the first answer of {Bounded.Text(report.Probe.Target)} is awaited"),
        _ => new(ConditionStatus.Unknown, "Unprobed", "the data path is not probed: set spec.probe.target to know whether packets pass"),
    };

    // Of a key that is not there there is nothing to judge.
    private static Finding CertificateValid(CertificateSight certificates, TunnelObservation observed, TunnelReport? report)
    {
        if (observed.Secrets.Any(secret => secret.Value is null))
            return new(ConditionStatus.Unknown, "SecretMissing", "a Secret that the tunnel names, or a key in it, is not there: see the condition Stalled");
        return (certificates.Unusable() ?? certificates.OutOfDate(observed.Time)) is { } trouble
            ? new(ConditionStatus.False, trouble.Reason, Cut(trouble.Message))
            : certificates.Describe(observed.Time, report?.CertificateExpiresAt?.ToDateTimeOffset());
    }

    private static Finding Unreported(Verdict? verdict) =>
        new(ConditionStatus.Unknown, verdict?.Reason ?? "DaemonStarting", "no daemon reports the tunnel's state");

    private static string Cut(string message) => message.Length <= MaxMessage ? message : message[..MaxMessage];
}
