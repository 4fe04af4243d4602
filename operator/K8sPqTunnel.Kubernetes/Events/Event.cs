using System.Text.Json.Serialization;
using K8sPqTunnel.Kubernetes.Core;
using K8sPqTunnel.Kubernetes.Meta;

namespace K8sPqTunnel.Kubernetes.Events;

/// <summary>Something that happened to an object, for people (events.k8s.io/v1); gone after an hour by default.</summary>
public sealed record Event : IKubernetesObject
{
    public string ApiVersion => "events.k8s.io/v1";

    public string Kind => "Event";

    public required ObjectMeta Metadata { get; init; }

    /// <summary>When it was first seen.</summary>
    [JsonConverter(typeof(MicroTimeConverter))]
    public DateTimeOffset? EventTime { get; init; }

    /// <summary>Set from the second time on.</summary>
    public EventSeries? Series { get; init; }

    /// <summary>Domain-qualified name of the controller.</summary>
    public string? ReportingController { get; init; }

    /// <summary>The pod of the controller; at most 128 characters.</summary>
    public string? ReportingInstance { get; init; }

    /// <summary>What was done or failed, one CamelCase word; at most 128 characters.</summary>
    public string? Action { get; init; }

    /// <summary>Why, one CamelCase word; at most 128 characters.</summary>
    public string? Reason { get; init; }

    public ObjectReference? Regarding { get; init; }

    public ObjectReference? Related { get; init; }

    /// <summary>One sentence; at most 1,024 bytes.</summary>
    public string? Note { get; init; }

    /// <summary><c>Normal</c> or <c>Warning</c>.</summary>
    public string? Type { get; init; }
}
