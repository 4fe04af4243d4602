using System.Text.Json.Nodes;
using K8sPqTunnel.Api.Schema;

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
            string path = Path.Combine(RepositoryRoot.Path, folder, definition.Name + ".yaml");
            Assert.True(definition.ToYaml() == File.ReadAllText(path),
                $"{path} is stale: run dotnet run --project operator/K8sPqTunnel.Operator -- crds {folder}");
        }
    }

    [Theory, MemberData(nameof(Folders))]
    public void Every_committed_definition_is_one_that_the_types_make(string folder) =>
        Assert.Equal(
            CustomResourceDefinition.All.Select(definition => definition.Name + ".yaml").Order(),
            Directory.EnumerateFiles(Path.Combine(RepositoryRoot.Path, folder), "*.yaml").Select(path => Path.GetFileName(path)).Order());

    [Fact]
    public void Kustomize_is_told_of_every_definition() =>
        Assert.Equal(
            CustomResourceDefinition.All.Select(definition => $"- {definition.Name}.yaml").Order(),
            File.ReadLines(Path.Combine(RepositoryRoot.Path, "crds/Kustomization")).Where(line => line.StartsWith('-')).Order());

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
