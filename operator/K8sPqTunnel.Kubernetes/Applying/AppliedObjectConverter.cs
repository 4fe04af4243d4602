using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using K8sPqTunnel.Kubernetes.Client;
using K8sPqTunnel.Kubernetes.Meta;

namespace K8sPqTunnel.Kubernetes.Applying;

/// <summary>Reads an object of any kind as an <see cref="AppliedObject"/>, without building the object first.</summary>
internal sealed class AppliedObjectConverter : JsonConverter<AppliedObject>
{
    private static readonly JsonTypeInfo<AppliedObject> Json =
        JsonMetadataServices.CreateValueInfo<AppliedObject>(KubernetesJson.Default.Options, new AppliedObjectConverter());

    /// <summary>The same objects, seen so.</summary>
    public static ResourceKind<AppliedObject> See<T>(ResourceKind<T> kind)
        where T : class, IKubernetesObject => new(kind.Group, kind.Version, kind.Plural, kind.Namespaced, Json);

    public override AppliedObject Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        Utf8JsonReader again = reader;
        FieldPrints fields = FieldPrints.Read(ref reader);
        ObjectMeta metadata = JsonSerializer.Deserialize(ref again, KubernetesJson.Default.PartialObject)?.Metadata
            ?? throw new JsonException("the object has no metadata");
        return new AppliedObject { Metadata = Slim(metadata), Fields = fields };
    }

    public override void Write(Utf8JsonWriter writer, AppliedObject value, JsonSerializerOptions options) =>
        throw new NotSupportedException("An object that is kept in this form is never written.");

    private static ObjectMeta Slim(ObjectMeta metadata) => metadata with
    {
        Labels = null,
        Annotations = metadata.Annotations?.GetValueOrDefault(ObjectApplier.DigestAnnotation) is { } digest
            ? new Dictionary<string, string>(1) { [ObjectApplier.DigestAnnotation] = digest }
            : null,
    };
}
