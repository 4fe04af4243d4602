namespace K8sPqTunnel.Lab.Kubernetes;

/// <summary>Reads from /proc who is whose child and how namespaces number a process (proc(5), pid_namespaces(7)).</summary>
internal static class ProcessTree
{
    private const string NamespacedIdsField = "NSpid:";

    /// <summary>The first process under <paramref name="processId"/> that is number 1 in its innermost pid namespace.</summary>
    public static int InitUnder(int processId)
    {
        int at = processId;
        while (NamespacedIds(at)[^1] != 1)
        {
            at = OnlyChildOf(at) ?? throw new LabException($"Process {processId} has no process 1 of a new pid namespace under it.");
        }

        return at;
    }

    /// <summary>The process's number in each pid namespace that it is in, outermost first.</summary>
    public static int[] NamespacedIds(int processId)
    {
        string line = File.ReadLines($"/proc/{processId}/status").First(line => line.StartsWith(NamespacedIdsField, StringComparison.Ordinal));
        return [.. line[NamespacedIdsField.Length..].Split('\t', StringSplitOptions.RemoveEmptyEntries).Select(int.Parse)];
    }

    private static int? OnlyChildOf(int processId) =>
        File.ReadAllText($"/proc/{processId}/task/{processId}/children").Split(' ', StringSplitOptions.RemoveEmptyEntries) is [var child, ..]
            ? int.Parse(child)
            : null;
}
