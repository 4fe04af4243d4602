using System.Text.Json.Serialization;
using K8sPqTunnel.Kubernetes.Apps;
using K8sPqTunnel.Kubernetes.Authentication;
using K8sPqTunnel.Kubernetes.Client;
using K8sPqTunnel.Kubernetes.Core;
using K8sPqTunnel.Kubernetes.Events;
using K8sPqTunnel.Kubernetes.Leases;
using K8sPqTunnel.Kubernetes.Meta;

namespace K8sPqTunnel.Kubernetes;

/// <summary>The JSON of the built-in types: camelCase, nulls left out (under server-side apply a null would claim the field).</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    Converters = [typeof(PooledStringConverter)])]
[JsonSerializable(typeof(ConfigMap))]
[JsonSerializable(typeof(Deployment))]
[JsonSerializable(typeof(ReplicaSet))]
[JsonSerializable(typeof(Event))]
[JsonSerializable(typeof(Lease))]
[JsonSerializable(typeof(Namespace))]
[JsonSerializable(typeof(Node))]
[JsonSerializable(typeof(Pod))]
[JsonSerializable(typeof(Secret))]
[JsonSerializable(typeof(Service))]
[JsonSerializable(typeof(ServiceAccount))]
[JsonSerializable(typeof(TokenReview))]
[JsonSerializable(typeof(ApiStatus))]
[JsonSerializable(typeof(DeleteOptions))]
[JsonSerializable(typeof(ListMeta))]
[JsonSerializable(typeof(PartialObject))]
[JsonSerializable(typeof(VersionInfo))]
internal sealed partial class KubernetesJson : JsonSerializerContext;
