using System.Text;
using K8sPqTunnel.Api.Validation;

namespace K8sPqTunnel.Api.Tests.Validation;

public sealed class PreSharedKeyRulesTests
{
    [Theory]
    [InlineData("", "has an empty \"psk\"")]
    [InlineData("short", "has 5 octets")]
    [InlineData("long enough but\n", "ends with a line break")]
    public void A_key_that_cannot_be_meant_is_refused_without_showing_it(string key, string expected)
    {
        string? problem = PreSharedKeyRules.Check(Encoding.UTF8.GetBytes(key), "berlin-psk", "psk");
        Assert.Contains(expected, problem);
        Assert.True(key.Length == 0 || !problem!.Contains(key));
    }

    [Fact]
    public void A_good_key_passes() => Assert.Null(PreSharedKeyRules.Check("correct horse"u8, "berlin-psk", "psk"));
}
