using K8sPqTunnel.Lab.Kubernetes;

namespace K8sPqTunnel.Lab.Tests.Kubernetes;

public sealed class DefinitionServerBuildTests
{
    [Theory]
    [InlineData("0.36.4-1", "1.36.4")]
    [InlineData("0.37.0+ds1-2", "1.37.0")]
    public void The_version_of_Kubernetes_is_read_from_its_librarys(string packaged, string version) =>
        Assert.Equal(version, DefinitionServerBuild.VersionOf(["Package: golang-k8s-apiextensions-apiserver-dev", $"Version: {packaged}", "Architecture: all"]));

    [Theory]
    [InlineData("0.35.9-1")]
    [InlineData("1.0.0-1")]
    public void An_older_or_unknown_one_is_refused_with_what_is_wanted(string packaged)
    {
        var refused = Assert.Throws<LabException>(() => DefinitionServerBuild.VersionOf([$"Version: {packaged}"]));
        Assert.Contains($"{packaged}, and Kubernetes 1.36 or newer is wanted", refused.Message, StringComparison.Ordinal);
    }
}
