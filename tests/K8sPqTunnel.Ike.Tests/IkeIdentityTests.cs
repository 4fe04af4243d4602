using System.Net;
using System.Text;

namespace K8sPqTunnel.Ike.Tests;

public sealed class IkeIdentityTests
{
    [Theory]
    [InlineData(IdentityType.Fqdn, "edge.example.net", "edge.example.net")]
    [InlineData(IdentityType.Rfc822Address, "ops@example.net", "ops@example.net")]
    [InlineData(IdentityType.KeyId, "branch 7", "key-id:branch 7")]
    public void An_identity_of_text_prints_as_people_write_it(IdentityType type, string data, string printed) =>
        Assert.Equal(printed, new IkeIdentity(type, Encoding.ASCII.GetBytes(data)).ToString());

    [Theory]
    [InlineData(IdentityType.Ipv4Address, "198.51.100.7")]
    [InlineData(IdentityType.Ipv6Address, "2001:db8::7")]
    public void An_address_prints_as_one(IdentityType type, string address) =>
        Assert.Equal(address, new IkeIdentity(type, IPAddress.Parse(address).GetAddressBytes()).ToString());

    [Fact]
    public void Two_identities_are_the_same_when_type_and_octets_are()
    {
        var one = new IkeIdentity(IdentityType.Fqdn, "a.example"u8);
        Assert.Equal(one, new IkeIdentity(IdentityType.Fqdn, "a.example"u8));
        Assert.NotEqual(one, new IkeIdentity(IdentityType.KeyId, "a.example"u8));
        Assert.NotEqual(one, new IkeIdentity(IdentityType.Fqdn, "b.example"u8));
    }

    [Fact]
    public void Control_characters_of_a_peer_do_not_reach_a_log() =>
        Assert.Equal("Fqdn:1b5b326a", new IkeIdentity(IdentityType.Fqdn, "\u001b[2j"u8).ToString());
}
