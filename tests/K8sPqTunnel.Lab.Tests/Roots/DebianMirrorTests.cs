using K8sPqTunnel.Lab.Roots;

namespace K8sPqTunnel.Lab.Tests.Roots;

public sealed class DebianMirrorTests
{
    [Theory]
    [InlineData("Debian http://mirror.example/debian/\nDebian-Security http://mirror.example/debian-security/\n", "http://mirror.example/debian")]
    [InlineData("Debian-Security http://a.example/debian-security\nDebian http://b.example/pub\n", "http://b.example/pub")]
    [InlineData("Node.js https://node.example/x\n http://c.example/debian/\n", "http://c.example/debian")]
    [InlineData("$(LABEL) http://d.example/debian-security/\n$(LABEL) http://d.example/debian/\n", "http://d.example/debian")]
    public void The_archive_is_the_one_that_calls_itself_debian_or_is_named_so(string targets, string expected) =>
        Assert.Equal(expected, DebianMirror.Choose(targets));

    [Theory]
    [InlineData("Debian http://mirror.example/debian/\nDebian-Security http://mirror.example/debian-security/\n")]
    [InlineData("$(LABEL) http://d.example/debian/\n$(LABEL) http://mirror.example/debian-security/\n")]
    public void The_security_archive_is_another(string targets) =>
        Assert.Equal("http://mirror.example/debian-security", DebianMirror.Choose(targets, DebianMirror.Security));

    [Theory]
    [InlineData("")]
    [InlineData("Debian-Security http://a.example/debian-security\n")]
    public void A_machine_without_the_archive_has_none(string targets) => Assert.Null(DebianMirror.Choose(targets));
}
