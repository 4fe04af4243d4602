using K8sPqTunnel.Dataplane.Tests.Support;
using K8sPqTunnel.Dataplane.Userspace;

namespace K8sPqTunnel.Dataplane.Tests.Userspace;

public sealed class EspDropTests
{
    [Fact]
    public void Every_reason_stands_in_the_docs()
    {
        string page = File.ReadAllText(Path.Combine(SharedVectors.Repository, "docs", "data-plane.md"));
        Assert.All(Enum.GetNames<EspDrop>().Skip(1), name => Assert.Contains($"| `{name}` |", page));
    }
}
