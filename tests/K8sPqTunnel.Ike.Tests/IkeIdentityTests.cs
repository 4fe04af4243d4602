namespace K8sPqTunnel.Ike.Tests;

public sealed class IkeIdentityTests
{
    [Theory]
    [InlineData("edge.example.net", IdentityType.Fqdn, "edge.example.net")]
    [InlineData("198.51.100.7", IdentityType.Ipv4Address, "198.51.100.7")]
    [InlineData("2001:db8::7", IdentityType.Ipv6Address, "2001:db8::7")]
    [InlineData("ops@example.net", IdentityType.Rfc822Address, "ops@example.net")]
    [InlineData("key-id:branch 7", IdentityType.KeyId, "key-id:branch 7")]
    public void An_identity_is_read_as_people_write_it(string text, IdentityType type, string printed)
    {
        Assert.True(IkeIdentity.TryParse(text, out IkeIdentity? identity, out _));

        Assert.Equal(type, identity!.Type);
        Assert.Equal(printed, identity.ToString());
        Assert.Equal(identity, new IkeIdentity(identity.Type, identity.Data));
    }

    [Theory]
    [InlineData("", "1 to 255 octets")]
    [InlineData("CN=edge, O=example", "distinguished name")]
    public void An_identity_that_cannot_be_used_says_why(string text, string said)
    {
        Assert.False(IkeIdentity.TryParse(text, out _, out string error));
        Assert.Contains(said, error, StringComparison.Ordinal);
    }

    [Fact]
    public void Control_characters_of_a_peer_do_not_reach_a_log() =>
        Assert.Equal("Fqdn:1b5b326a", new IkeIdentity(IdentityType.Fqdn, "\u001b[2j"u8).ToString());
}
