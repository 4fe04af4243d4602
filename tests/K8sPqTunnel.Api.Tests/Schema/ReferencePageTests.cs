using K8sPqTunnel.Api.Schema;

namespace K8sPqTunnel.Api.Tests.Schema;

public sealed class ReferencePageTests
{
    [Fact]
    public void The_committed_page_is_the_one_that_the_types_make()
    {
        string path = Path.Combine(RepositoryRoot.Path, "docs", "reference", ReferencePage.FileName);
        Assert.True(ReferencePage.ForIpsecTunnel() == File.ReadAllText(path),
            $"{path} is stale: run dotnet run --project operator/K8sPqTunnel.Operator -- reference docs/reference");
    }

    [Theory]
    [InlineData("| `spec.peer.addresses[]` | list of text |  | **Required.** ")]
    [InlineData("| `spec.transport.startPort` | integer |  | ")]
    [InlineData("| `spec.probe.interval` | text | `1s` | ")]
    [InlineData("- spec.transport.startPort is 500 or 4500.")]
    public void A_field_stands_there_with_type_default_and_sentence(string start) =>
        Assert.Contains(ReferencePage.ForIpsecTunnel().Split('\n'), line => line.StartsWith(start, StringComparison.Ordinal));
}
