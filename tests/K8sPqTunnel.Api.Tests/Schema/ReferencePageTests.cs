using K8sPqTunnel.Api.Schema;
using K8sPqTunnel.Tests.Support;

namespace K8sPqTunnel.Api.Tests.Schema;

public sealed class ReferencePageTests
{
    [Theory, MemberData(nameof(CustomResourceDefinitionTests.Kinds), MemberType = typeof(CustomResourceDefinitionTests))]
    public void The_committed_page_is_the_one_that_the_types_make(string kind)
    {
        CustomResourceDefinition definition = CustomResourceDefinition.All.Single(definition => definition.Kind == kind);
        string path = Path.Combine(RepositoryRoot.Find(), "docs", "reference", ReferencePage.FileNameOf(definition));
        Assert.True(ReferencePage.Of(definition) == File.ReadAllText(path),
            $"{path} is stale: run dotnet run --project operator/K8sPqTunnel.Operator -- reference docs/reference");
    }

    [Theory]
    [InlineData("| `spec.peer.addresses[]` | list of text |  | **Required.** ")]
    [InlineData("| `spec.transport.startPort` | integer |  | ")]
    [InlineData("| `spec.probe.interval` | text | `1s` | ")]
    [InlineData("- spec.transport.startPort is 500 or 4500.")]
    public void A_field_stands_there_with_type_default_and_sentence(string start) =>
        Assert.Contains(ReferencePage.Of(CustomResourceDefinition.Tunnel).Split('\n'), line => line.StartsWith(start, StringComparison.Ordinal));
}
