using System.Text.Json;

namespace K8sPqTunnel.Lab.Kubernetes;

/// <summary>What the lab reads of an IpsecTunnel's status; a reader of its own, as a user's script would be.</summary>
public sealed record TunnelView
{
    public IReadOnlyList<ConditionView> Conditions { get; init; } = [];

    public long ObservedGeneration { get; init; }

    public string? Peer { get; init; }

    public string? KeyExchange { get; init; }

    public bool QuantumSafe { get; init; }

    public string? Dataplane { get; init; }

    public string? Rtt { get; init; }

    public string? Spis { get; init; }

    public string? Node { get; init; }

    public string? Pod { get; init; }

    public string? LastError { get; init; }

    public bool IsReady => Condition("Ready") is { Status: "True" };

    public ConditionView? Condition(string type) => Conditions.FirstOrDefault(condition => condition.Type == type);

    /// <summary>Reads the object as <c>kubectl get --output json</c> prints it; one without a status is empty.</summary>
    public static TunnelView Parse(string json)
    {
        using JsonDocument document = JsonDocument.Parse(json);
        return document.RootElement.TryGetProperty("status", out JsonElement status)
            ? status.Deserialize(TunnelViewContext.Default.TunnelView)!
            : new TunnelView();
    }
}
