using K8sPqTunnel.Lab.Kubernetes;

namespace K8sPqTunnel.Lab.Tests.Kubernetes;

public sealed class OpenApiInputsTests : IDisposable
{
    private readonly string _source = Directory.CreateTempSubdirectory("source-").FullName;

    public void Dispose() => Directory.Delete(_source, recursive: true);

    [Fact]
    public void Packages_that_ask_are_found_through_links_and_those_of_tools_are_not()
    {
        Put("staging/src/k8s.io/api/core/v1/doc.go", "// +k8s:openapi-gen=true");
        Put("staging/src/k8s.io/code-generator/doc.go", "// +k8s:openapi-gen=true");
        Put("pkg/apis/abac/doc.go", "// +k8s:openapi-gen=true");
        Put("pkg/silent/doc.go", "// nothing");
        Put("cmd/main.go", "");
        Put("plugin/main.go", "");
        Directory.CreateDirectory(Path.Combine(_source, "vendor/k8s.io"));
        foreach (string library in (string[])["api", "code-generator"])
            File.CreateSymbolicLink(Path.Combine(_source, "vendor/k8s.io", library), $"../../staging/src/k8s.io/{library}");

        Assert.Equal(["pkg/apis/abac", "vendor/k8s.io/api/core/v1"], OpenApiInputs.Find(_source));
    }

    private void Put(string file, string content)
    {
        string path = Path.Combine(_source, file);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, content);
    }
}
