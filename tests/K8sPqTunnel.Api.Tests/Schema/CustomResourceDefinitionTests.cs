using System.Text.Json.Nodes;
using K8sPqTunnel.Api.Schema;

namespace K8sPqTunnel.Api.Tests.Schema;

public sealed class CustomResourceDefinitionTests
{
    public static TheoryData<string> Kinds => [.. CustomResourceDefinition.All.Select(definition => definition.Kind)];

    [Theory, MemberData(nameof(Kinds))]
    public void The_committed_definition_is_the_one_that_the_types_make(string kind)
    {
        string path = Path.Combine(RepositoryRoot.Path, "crds", Of(kind).Name + ".yaml");
        Assert.True(Of(kind).ToYaml() == File.ReadAllText(path),
            $"{path} is stale: run dotnet run --project operator/K8sPqTunnel.Operator -- crds crds/");
    }

    [Fact]
    public void Every_committed_definition_is_one_that_the_types_make() =>
        Assert.Equal(
            CustomResourceDefinition.All.Select(definition => definition.Name + ".yaml").Order(),
            Directory.EnumerateFiles(Path.Combine(RepositoryRoot.Path, "crds")).Select(path => Path.GetFileName(path)).Order());

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
