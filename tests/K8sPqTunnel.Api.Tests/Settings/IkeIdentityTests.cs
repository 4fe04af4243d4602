using K8sPqTunnel.Api.Settings;

namespace K8sPqTunnel.Api.Tests.Settings;

public sealed class IkeIdentityTests
{
    [Theory]
    [InlineData("branch.example.net", IkeIdentityType.Fqdn, "6272616E63682E6578616D706C652E6E6574")]
    [InlineData("198.51.100.7", IkeIdentityType.Ipv4Address, "C6336407")]
    [InlineData("2001:db8::1", IkeIdentityType.Ipv6Address, "20010DB8000000000000000000000001")]
    [InlineData("a@b.net", IkeIdentityType.Rfc822Address, "6140622E6E6574")]
    [InlineData("key-id:x_1", IkeIdentityType.KeyId, "785F31")]
    [InlineData("CN=a", IkeIdentityType.DistinguishedName, "300C310A30080603550403130161")]
    public void An_identity_becomes_its_type_and_octets(string text, IkeIdentityType type, string hex)
    {
        Assert.True(IkeIdentity.TryParse(text, out IkeIdentity? identity, out string? error), error);
        Assert.Equal(type, identity.Type);
        Assert.Equal(hex, Convert.ToHexString(identity.Data.Span), ignoreCase: true);
    }

    [Theory]
    [InlineData("")]
    [InlineData("key-id:")]
    [InlineData("@b.net")]
    [InlineData("a b")]
    [InlineData("=")]
    public void Anything_else_is_refused(string text)
    {
        Assert.False(IkeIdentity.TryParse(text, out _, out string? error));
        Assert.NotEmpty(error);
    }

    [Theory]
    [InlineData("*.example.net", IkeIdentityType.Fqdn)]
    [InlineData("*@example.net", IkeIdentityType.Rfc822Address)]
    [InlineData("CN=*,O=Example", IkeIdentityType.DistinguishedName)]
    [InlineData("branch.example.net", IkeIdentityType.Fqdn)]
    public void A_peers_identity_may_have_a_wildcard(string text, IkeIdentityType type)
    {
        Assert.True(IkeIdentity.TryParsePattern(text, out IkeIdentity? identity, out string? error), error);
        Assert.Equal(type, identity.Type);
    }

    [Theory]
    [InlineData("*")]
    [InlineData("*.")]
    [InlineData("*.*.net")]
    [InlineData("a*.example.net")]
    [InlineData("*@*")]
    public void A_wildcard_stands_for_whole_names_below_a_domain_only(string text) =>
        Assert.False(IkeIdentity.TryParsePattern(text, out _, out _));

    [Fact]
    public void Our_own_identity_has_no_wildcard() => Assert.False(IkeIdentity.TryParse("*.example.net", out _, out _));
}
