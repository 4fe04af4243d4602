namespace K8sPqTunnel.Kubernetes.Meta;

/// <summary>Reads and changes lists of conditions without mutating them.</summary>
public static class Conditions
{
    /// <returns>The condition of that type, or null.</returns>
    public static Condition? Find(this IReadOnlyList<Condition>? conditions, string type)
    {
        if (conditions is null)
            return null;

        foreach (var condition in conditions)
        {
            if (condition.Type == type)
                return condition;
        }

        return null;
    }

    /// <returns>True when the condition exists and its status is True.</returns>
    public static bool IsTrue(this IReadOnlyList<Condition>? conditions, string type) =>
        conditions.Find(type) is { Status: ConditionStatus.True };

    /// <summary>Sets one condition and keeps the place and the others.</summary>
    /// <remarks>
    /// <see cref="Condition.LastTransitionTime"/> of <paramref name="next"/> is taken only if the status differs from what was
    /// there: a new reason or message is no transition (meta/v1 Condition).
    /// </remarks>
    public static IReadOnlyList<Condition> With(this IReadOnlyList<Condition>? conditions, Condition next)
    {
        if (conditions.Find(next.Type) is { } previous && previous.Status == next.Status)
            next = next with { LastTransitionTime = previous.LastTransitionTime };

        List<Condition> result = [.. conditions ?? []];
        int place = result.FindIndex(c => c.Type == next.Type);
        if (place < 0)
            result.Add(next);
        else
            result[place] = next;
        return result;
    }

    /// <returns>The list without the condition of that type.</returns>
    public static IReadOnlyList<Condition> Without(this IReadOnlyList<Condition>? conditions, string type) =>
        [.. (conditions ?? []).Where(c => c.Type != type)];
}
