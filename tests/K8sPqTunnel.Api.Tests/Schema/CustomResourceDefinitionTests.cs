using System.Text.Json.Nodes;
using K8sPqTunnel.Api.Schema;

namespace K8sPqTunnel.Api.Tests.Schema;

public sealed class CustomResourceDefinitionTests
{
    [Fact]
    public void The_committed_definition_is_the_one_that_the_types_make()
    {
        string path = Path.Combine(RepositoryRoot.Path, "crds", CustomResourceDefinition.IpsecTunnelName + ".yaml");
        Assert.True(CustomResourceDefinition.IpsecTunnelYaml() == File.ReadAllText(path),
            $"{path} is stale: run dotnet run --project operator/K8sPqTunnel.Operator -- crds crds/");
    }

    [Fact]
    public void Every_field_of_the_spec_and_status_has_a_description()
    {
        JsonNode root = Schema();
        Assert.Empty(Undescribed(root["properties"]!["spec"]!, "spec").Concat(Undescribed(root["properties"]!["status"]!, "status")));
    }

    [Fact]
    public void A_printer_column_shows_a_field_that_exists()
    {
        JsonNode version = CustomResourceDefinition.ForIpsecTunnel()["spec"]!["versions"]![0]!;
        foreach (JsonNode? column in version["additionalPrinterColumns"]!.AsArray())
        {
            JsonNode? at = Schema();
            foreach (string name in column!["jsonPath"]!.GetValue<string>().Split('.', '[').Skip(1).Take(2))
                at = name is "metadata" or "creationTimestamp" ? at : at!["properties"]![name];
            Assert.NotNull(at);
        }
    }

    private static JsonNode Schema() => CustomResourceDefinition.ForIpsecTunnel()["spec"]!["versions"]![0]!["schema"]!["openAPIV3Schema"]!;

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
