using System.Text.Json.Serialization;
using K8sPqTunnel.Kubernetes.Client;

namespace K8sPqTunnel.Kubernetes.Tests.Cluster;

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(Widget))]
[JsonSerializable(typeof(WidgetDefinition))]
internal sealed partial class WidgetJson : JsonSerializerContext
{
    public static ResourceKind<Widget> Widgets => new("test.pqtunnel.io", "v1", "widgets", Namespaced: true, Default.Widget);

    public static ResourceKind<WidgetDefinition> Definitions =>
        new("apiextensions.k8s.io", "v1", "customresourcedefinitions", Namespaced: false, Default.WidgetDefinition);
}
