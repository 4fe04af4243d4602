using K8sPqTunnel.Api.Documents;
using K8sPqTunnel.Api.Resources;
using K8sPqTunnel.Api.Settings;
using K8sPqTunnel.Tests.Support;

namespace K8sPqTunnel.Api.Tests.Documents;

public sealed class ExampleTests
{
    private const string Fence = "```yaml\n";

    public static TheoryData<string> Examples => Names("examples", "*.yaml");

    public static TheoryData<string> Guides => Names("docs/peers", "*.md");

    [Theory, MemberData(nameof(Examples))]
    public void An_example_is_a_tunnel_with_its_secrets(string file)
    {
        using TunnelDocument document = TunnelDocument.Load(Read("examples", file), file);
        Assert.Empty(document.Problems);
        foreach (TunnelSettings tunnel in document.Tunnels)
        {
            Assert.All(tunnel.Authentication.Secrets, wanted => Assert.Contains(
                document.Secrets, secret => (secret.Namespace, secret.Name) == (tunnel.Namespace, wanted.Name) && secret.TryGet(wanted.Key, out _)));
        }

        Assert.NotEmpty(document.Tunnels);
    }

    [Theory, MemberData(nameof(Guides))]
    public void A_guide_shows_the_tunnel_of_its_example(string file)
    {
        string guide = Read("docs/peers", file);
        string example = Read("examples", Path.ChangeExtension(file, ".yaml"));
        int start = guide.IndexOf(Fence, StringComparison.Ordinal) + Fence.Length;
        Assert.Contains(guide[start..guide.IndexOf("```", start, StringComparison.Ordinal)], example);
    }

    [Fact]
    public void Every_product_with_a_profile_has_an_example()
    {
        IEnumerable<PeerProfile> shown = Names("examples", "*.yaml").Select(row => TunnelDocument.Load(Read("examples", row.Data)))
            .SelectMany(document => document.Tunnels).Select(tunnel => tunnel.Profile);
        Assert.Equal(Enum.GetValues<PeerProfile>().Except([PeerProfile.Generic]).Order(), shown.Distinct().Order());
    }

    private static TheoryData<string> Names(string folder, string pattern) =>
        [.. Directory.GetFiles(Path.Combine(RepositoryRoot.Find(), folder), pattern).Select(path => Path.GetFileName(path))];

    private static string Read(string folder, string file) => File.ReadAllText(Path.Combine(RepositoryRoot.Find(), folder, file));
}
