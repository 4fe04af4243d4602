using System.Text.Json;
using System.Text.Json.Nodes;
using K8sPqTunnel.Api.Documents;
using K8sPqTunnel.Api.Validation;
using K8sPqTunnel.Kubernetes.Meta;

namespace K8sPqTunnel.Api.Tests.ModernCluster;

/// <summary>An object of any kind as it is written, right or wrong.</summary>
internal sealed record AnyObject : IKubernetesObject
{
    public required string ApiVersion { get; init; }

    public required string Kind { get; init; }

    public required ObjectMeta Metadata { get; init; }

    public JsonElement? Spec { get; init; }

    public JsonElement? Status { get; init; }

    /// <summary>The objects of a YAML file.</summary>
    public static IEnumerable<AnyObject> ReadAll(string yaml)
    {
        List<Problem> problems = [];
        List<YamlNode> documents = YamlReader.Read(yaml, null, problems);
        Assert.Empty(problems);
        return documents.Select(document => Of(document.Root!));
    }

    public static AnyObject Read(string yaml) => Assert.Single(ReadAll(yaml));

    public static AnyObject Of(JsonNode json) => json.Deserialize(AnyJson.Default.AnyObject)!;
}
