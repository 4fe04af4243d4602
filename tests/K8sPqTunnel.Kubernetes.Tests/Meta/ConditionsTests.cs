using K8sPqTunnel.Kubernetes.Meta;

namespace K8sPqTunnel.Kubernetes.Tests.Meta;

public sealed class ConditionsTests
{
    private static readonly DateTimeOffset Monday = new(2026, 1, 5, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public void The_transition_time_stays_while_the_status_stays()
    {
        var later = Ready(ConditionStatus.False, "StillDown", Monday.AddDays(1));

        var conditions = Conditions.With([Ready(ConditionStatus.False, "Down", Monday)], later);

        Assert.Equal(later with { LastTransitionTime = Monday }, Assert.Single(conditions));
    }

    [Fact]
    public void The_transition_time_moves_with_the_status()
    {
        var up = Ready(ConditionStatus.True, "Up", Monday.AddDays(1));

        var conditions = Conditions.With([Ready(ConditionStatus.False, "Down", Monday)], up);

        Assert.Equal(up, Assert.Single(conditions));
        Assert.True(conditions.IsTrue(ConditionTypes.Ready));
    }

    [Fact]
    public void Setting_one_condition_leaves_the_others_and_their_order_and_the_old_list()
    {
        Condition[] before = [Other("A"), Ready(ConditionStatus.False, "Down", Monday), Other("B")];

        var after = before.With(Ready(ConditionStatus.True, "Up", Monday));

        Assert.Equal(["A", "Ready", "B"], after.Select(c => c.Type));
        Assert.Equal(ConditionStatus.False, before[1].Status);
        Assert.Equal(["A", "B"], after.Without("Ready").Select(c => c.Type));
    }

    private static Condition Ready(ConditionStatus status, string reason, DateTimeOffset since) =>
        new() { Type = ConditionTypes.Ready, Status = status, Reason = reason, Message = "", LastTransitionTime = since };

    private static Condition Other(string type) => Ready(ConditionStatus.Unknown, "Any", Monday) with { Type = type };
}
