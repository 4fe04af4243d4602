using System.Text.Json.Nodes;
using K8sPqTunnel.Api.Schema;
using K8sPqTunnel.Tests.Support;

namespace K8sPqTunnel.Api.Tests.Schema;

public sealed class CustomResourceDefinitionTests
{
    public static TheoryData<string> Kinds => [.. CustomResourceDefinition.All.Select(definition => definition.Kind)];

    /// <summary>A chart holds no file from outside its folder, so it has the definitions once more.</summary>
    public static TheoryData<string> Folders => ["crds", "charts/k8s-pq-tunnel/files/crds"];

    [Theory, MemberData(nameof(Folders))]
    public void The_committed_definitions_are_those_that_the_types_make(string folder)
    {
        foreach (CustomResourceDefinition definition in CustomResourceDefinition.All)
        {
            string path = Path.Combine(RepositoryRoot.Find(), folder, definition.Name + ".yaml");
            Assert.True(definition.ToYaml() == File.ReadAllText(path),
                $"{path} is stale: run dotnet run --project operator/K8sPqTunnel.Operator -- crds {folder}");
        }
    }

    [Theory, MemberData(nameof(Folders))]
    public void Every_committed_definition_is_one_that_the_types_make(string folder) =>
        Assert.Equal(
            CustomResourceDefinition.All.Select(definition => definition.Name + ".yaml").Order(),
            Directory.EnumerateFiles(Path.Combine(RepositoryRoot.Find(), folder), "*.yaml").Select(path => Path.GetFileName(path)).Order());

    [Fact]
    public void Kustomize_is_told_of_every_definition() =>
        Assert.Equal(
            CustomResourceDefinition.All.Select(definition => $"- {definition.Name}.yaml").Order(),
            File.ReadLines(Path.Combine(RepositoryRoot.Find(), "crds/Kustomization")).Where(line => line.StartsWith('-')).Order());

    [Theory, MemberData(nameof(Kinds))]
    public void Every_field_of_the_spec_and_status_has_a_description(string kind)
    {
        JsonNode properties = Of(kind).Schema()["properties"]!;
        Assert.Empty(Undescribed(properties["spec"]!, "spec").Concat(properties["status"] is { } status ? Undescribed(status, "status") : []));
    }

    [Theory, MemberData(nameof(Kinds))]
    public void A_printer_column_shows_a_field_that_exists(string kind)
    {
        JsonNode version = Of(kind).ToJson()["spec"]!["versions"]![0]!;
        foreach (JsonNode? column in version["additionalPrinterColumns"]!.AsArray())
        {
            JsonNode? at = Of(kind).Schema();
            foreach (string name in column!["jsonPath"]!.GetValue<string>().Split('.', '[').Skip(1).Take(2))
                at = name is "metadata" or "creationTimestamp" ? at : at!["properties"]![name];
            Assert.NotNull(at);
        }
    }

    [Theory, MemberData(nameof(Kinds))]
    public void A_rule_has_a_message_and_points_at_a_field_that_exists(string kind)
    {
        foreach ((JsonNode owner, JsonNode rule) in Rules(Of(kind).Schema()))
        {
            Assert.False(string.IsNullOrWhiteSpace(rule["message"]?.GetValue<string>()));
            string path = rule["fieldPath"]!.GetValue<string>();
            Assert.StartsWith(".", path, StringComparison.Ordinal);
            // Through lists there is no path that an API server takes.
            JsonNode? at = owner;
            foreach (string name in path.Split('.').Skip(1))
                at = at?["properties"]?[name];
            Assert.True(at is not null, $"{path} of \"{rule["message"]}\" is no field");
        }
    }

    [Fact]
    public void A_tunnel_has_rules() => Assert.True(Rules(CustomResourceDefinition.Tunnel.Schema()).Count() >= 20);

    private static IEnumerable<(JsonNode Owner, JsonNode Rule)> Rules(JsonNode schema)
    {
        JsonNode inner = schema["items"] ?? schema;
        foreach (JsonNode? rule in inner["x-kubernetes-validations"]?.AsArray() ?? [])
            yield return (inner, rule!);
        foreach ((_, JsonNode? property) in inner["properties"]?.AsObject() ?? [])
        {
            foreach ((JsonNode, JsonNode) below in Rules(property!))
                yield return below;
        }
    }

    private static CustomResourceDefinition Of(string kind) => CustomResourceDefinition.All.Single(definition => definition.Kind == kind);

    private static IEnumerable<string> Undescribed(JsonNode schema, string path)
    {
        if (schema["description"] is null)
            yield return path;
        JsonNode inner = schema["items"] ?? schema;
        foreach ((string name, JsonNode? property) in inner["properties"]?.AsObject() ?? [])
        {
            foreach (string missing in Undescribed(property!, $"{path}.{name}"))
                yield return missing;
        }
    }
}
