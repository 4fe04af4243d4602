using System.Text.Json;
using K8sPqTunnel.Kubernetes.Meta;

namespace K8sPqTunnel.Kubernetes.Tests.Cluster;

/// <summary>The CustomResourceDefinition of <see cref="Widget"/>.</summary>
internal sealed record WidgetDefinition : IKubernetesObject
{
    public string ApiVersion => "apiextensions.k8s.io/v1";

    public string Kind => "CustomResourceDefinition";

    public required ObjectMeta Metadata { get; init; }

    public JsonElement? Spec { get; init; }

    public static WidgetDefinition Desired { get; } = new()
    {
        Metadata = new ObjectMeta { Name = "widgets.test.pqtunnel.io" },
        Spec = JsonDocument.Parse(
            """
            {
              "group": "test.pqtunnel.io", "scope": "Namespaced",
              "names": {"plural": "widgets", "singular": "widget", "kind": "Widget", "listKind": "WidgetList"},
              "versions": [{
                "name": "v1", "served": true, "storage": true, "subresources": {"status": {}},
                "schema": {"openAPIV3Schema": {"type": "object", "properties": {
                  "spec": {"type": "object", "properties": {"colour": {"type": "string"}, "size": {"type": "integer"}}},
                  "status": {"type": "object", "properties": {"conditions": {
                    "type": "array", "x-kubernetes-list-type": "map", "x-kubernetes-list-map-keys": ["type"],
                    "items": {"type": "object", "required": ["type"], "properties": {
                      "type": {"type": "string"}, "status": {"type": "string"}, "reason": {"type": "string"}, "message": {"type": "string"},
                      "observedGeneration": {"type": "integer"}, "lastTransitionTime": {"type": "string", "format": "date-time"}}}}}}}}}
              }]
            }
            """).RootElement,
    };
}
