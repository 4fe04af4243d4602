using System.Text.Json.Nodes;
using K8sPqTunnel.Kubernetes.Meta;

namespace K8sPqTunnel.Bench.Operators;

/// <summary>An object of any kind, its parts as JSON: the benchmark knows no more of the operator's objects than a user does.</summary>
internal sealed record AnyObject : IKubernetesObject
{
    /// <summary>Null where it was read from a list, whose items come without.</summary>
    public string ApiVersion { get; init; } = "";

    public string Kind { get; init; } = "";

    public required ObjectMeta Metadata { get; init; }

    public JsonObject? Spec { get; init; }

    public JsonObject? Status { get; init; }

    public JsonObject? Data { get; init; }

    public JsonObject? StringData { get; init; }
}
