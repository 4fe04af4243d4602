using K8sPqTunnel.Lab.Kubernetes;

namespace K8sPqTunnel.Lab.Tests.Kubernetes;

public sealed class KubernetesBuildTests
{
    [Theory]
    [InlineData("kubernetes_1.20.5+really1.20.2-1.1+deb12u1.dsc", "1.20.2")]
    [InlineData("kubernetes_1.33.4+ds-1.dsc", "1.33.4")]
    [InlineData("kubernetes_1.20.2-1.dsc", "1.20.2")]
    public void The_upstream_version_is_read_from_Debians(string file, string version) => Assert.Equal(version, KubernetesBuild.VersionOf(file));
}
