using K8sPqTunnel.Lab.Peers;

namespace K8sPqTunnel.Lab.Tests.Peers;

public sealed class ConfSectionTests
{
    [Fact]
    public void Sections_nest_and_every_key_has_a_line()
    {
        string text = new ConfSection()
            .Section("charon", charon => charon.Set("port", "500").Include("*.conf").Section("plugins", _ => { }))
            .Section("secrets", secrets => secrets.SetQuoted("secret", "a b"))
            .ToString();

        Assert.Equal("charon {\n  port = 500\n  include *.conf\n  plugins {\n  }\n}\nsecrets {\n  secret = \"a b\"\n}\n", text);
    }

    [Theory]
    [InlineData("two\nlines")]
    [InlineData("a # comment")]
    [InlineData("} escape {")]
    public void A_value_cannot_leave_its_line(string value) =>
        Assert.Throws<ArgumentException>(() => new ConfSection().Set("key", value));
}
