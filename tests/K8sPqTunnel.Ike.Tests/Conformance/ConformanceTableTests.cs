using K8sPqTunnel.Ike.Testing;

namespace K8sPqTunnel.Ike.Tests.Conformance;

public sealed class ConformanceTableTests
{
    private const string Begin = "<!-- generated from the tests -->\n";
    private const string End = "<!-- end of what is generated -->\n";

    /// <summary>With <c>PQTUNNEL_WRITE_DOCS=1</c> it brings the page up to date instead.</summary>
    [Fact]
    public void The_table_of_the_documentation_lists_all_cases_and_nothing_else()
    {
        string path = Repository.PathOf("docs/conformance.md");
        string page = File.ReadAllText(path);
        int begin = page.IndexOf(Begin, StringComparison.Ordinal) + Begin.Length, end = page.IndexOf(End, StringComparison.Ordinal);
        string table = $"\n{ConformanceTable.Render()}\n";

        if (Environment.GetEnvironmentVariable("PQTUNNEL_WRITE_DOCS") == "1")
            File.WriteAllText(path, $"{page[..begin]}{table}{page[end..]}");
        else
            Assert.True(page[begin..end] == table, $"{path} is stale: run these tests with PQTUNNEL_WRITE_DOCS=1");
    }
}
