using K8sPqTunnel.Api.Status;

namespace K8sPqTunnel.Operator.Conditions;

/// <summary>Makes conditions whose transition time moves only when their status does (meta/v1 Condition).</summary>
internal sealed class ConditionListBuilder(IReadOnlyList<Condition>? previous, long generation, DateTimeOffset now)
{
    private readonly List<Condition> _conditions = [];

    public IReadOnlyList<Condition> Conditions => _conditions;

    public void Add(string type, Finding finding)
    {
        Condition? before = previous?.FirstOrDefault(c => c.Type == type);
        _conditions.Add(new Condition
        {
            Type = type,
            Status = finding.Status,
            Reason = finding.Reason,
            Message = finding.Message,
            ObservedGeneration = generation,
            LastTransitionTime = before?.Status == finding.Status ? before.LastTransitionTime : Seconds(now),
        });
    }

    // meta/v1 Time has whole seconds.
    private static DateTimeOffset Seconds(DateTimeOffset time) => DateTimeOffset.FromUnixTimeSeconds(time.ToUnixTimeSeconds());
}
