using System.Security.Cryptography.X509Certificates;
using System.Text;
using K8sPqTunnel.Ike.Authentication;

namespace K8sPqTunnel.Ike.Tests.Authentication;

public sealed class IdentityRuleTests
{
    [Theory]
    [InlineData(IdentityType.Fqdn, "a.example.net", "a.example.net", true)]
    [InlineData(IdentityType.Fqdn, "a.example.net", "A.EXAMPLE.net", true)]
    [InlineData(IdentityType.Fqdn, "a.example.net", "b.example.net", false)]
    [InlineData(IdentityType.Fqdn, "*.example.net", "a.example.net", true)]
    [InlineData(IdentityType.Fqdn, "*.example.net", "a.b.example.net", true)]
    [InlineData(IdentityType.Fqdn, "*.example.net", "example.net", false)]
    [InlineData(IdentityType.Fqdn, "*.example.net", ".example.net", false)]
    [InlineData(IdentityType.Fqdn, "*.example.net", "evilexample.net", false)]
    [InlineData(IdentityType.Fqdn, "*.example.net", "*.example.net", false)]
    [InlineData(IdentityType.Fqdn, "a.example.net", "*.example.net", false)]
    [InlineData(IdentityType.Rfc822Address, "a@example.net", "a@EXAMPLE.net", true)]
    [InlineData(IdentityType.Rfc822Address, "*@example.net", "b@example.net", true)]
    [InlineData(IdentityType.Rfc822Address, "*@example.net", "b@a.example.net", false)]
    [InlineData(IdentityType.Rfc822Address, "*@example.net", "b@evil@example.net", false)]
    [InlineData(IdentityType.KeyId, "key", "key", true)]
    [InlineData(IdentityType.KeyId, "key", "KEY", false)]
    public void Names_and_key_IDs(IdentityType type, string expected, string actual, bool matches) =>
        Assert.Equal(matches, IdentityRule.Matches(
            new IkeIdentity(type, Encoding.ASCII.GetBytes(expected)), new IkeIdentity(type, Encoding.ASCII.GetBytes(actual))));

    [Fact]
    public void The_kind_of_identity_counts() =>
        Assert.False(IdentityRule.Matches(
            new IkeIdentity(IdentityType.Fqdn, "a.example.net"u8), new IkeIdentity(IdentityType.KeyId, "a.example.net"u8)));

    [Theory]
    [InlineData("CN=a,O=Example", "CN=a,O=Example", true)]
    [InlineData("CN=a,O=Example", "cn=A,o=EXAMPLE", true)]
    [InlineData("CN=a,O=Example", "O=Example,CN=a", true)]
    [InlineData("CN=*,O=Example", "CN=b,O=Example", true)]
    [InlineData("CN=*,O=Example", "CN=b,O=Other", false)]
    [InlineData("CN=*,O=Example", "CN=b,OU=x,O=Example", false)]
    [InlineData("CN=*,O=Example", "O=Example", false)]
    [InlineData("CN=a,O=Example", "CN=*,O=Example", false)]
    [InlineData("CN=a b,O=Example", "CN=\" a  b \",O=Example", true)]
    public void Distinguished_names_are_compared_part_by_part(string expected, string actual, bool matches) =>
        Assert.Equal(matches, IdentityRule.Matches(Name(expected), Name(actual)));

    [Theory]
    [InlineData("*.example.net", true)]
    [InlineData("a.example.net", false)]
    [InlineData("a*.example.net", false)]
    public void A_wildcard_stands_for_whole_labels_only(string name, bool expected) =>
        Assert.Equal(expected, IdentityRule.HasWildcard(new IkeIdentity(IdentityType.Fqdn, Encoding.ASCII.GetBytes(name))));

    [Theory]
    [InlineData("")]
    [InlineData("30")]
    [InlineData("3003310130")]
    [InlineData("300531033001ff")]
    public void A_malformed_distinguished_name_matches_nothing(string der)
    {
        IkeIdentity malformed = new(IdentityType.DistinguishedName, Convert.FromHexString(der));
        Assert.False(IdentityRule.Matches(Name("CN=a"), malformed));
        Assert.False(IdentityRule.Matches(malformed, malformed));
    }

    private static IkeIdentity Name(string text) => new(IdentityType.DistinguishedName, new X500DistinguishedName(text).RawData);
}
