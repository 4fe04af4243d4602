using System.Text;
using FsCheck;
using FsCheck.Fluent;
using K8sPqTunnel.Api.Resources;
using K8sPqTunnel.Api.Validation;

namespace K8sPqTunnel.Api.Tests.Validation;

public sealed class PreSharedKeyRulesTests
{
    private static readonly PskEncoding?[] Encodings = [null, PskEncoding.Text, PskEncoding.Hex, PskEncoding.Base64];

    [Theory]
    [InlineData("", null, "has an empty \"psk\"")]
    [InlineData("0x", PskEncoding.Hex, "has an empty \"psk\"")]
    [InlineData("short", null, "has 5 octets")]
    [InlineData("00112233", PskEncoding.Hex, "has 4 octets")]
    [InlineData("long enough but\n", null, "ends with a line break")]
    [InlineData("long enough but\n", PskEncoding.Text, "ends with a line break")]
    [InlineData("0x00112233445566778899", null, "begins with 0x or 0s, which strongSwan decodes: set spec.authentication.psk.encoding to Hex or Base64")]
    [InlineData("0sAAECAwQFBgcICQ==", null, "begins with 0x or 0s, which strongSwan decodes")]
    [InlineData("001122334455667788990", PskEncoding.Hex, "is not hexadecimal")]
    [InlineData("correct-horse!", PskEncoding.Base64, "is not base64")]
    public void A_key_that_cannot_be_meant_is_refused_without_showing_it(string value, PskEncoding? encoding, string expected)
    {
        string? problem = Check(value, encoding);
        Assert.Contains(expected, problem);
        Assert.True(value.Length < 5 || !problem!.Contains(value));
    }

    [Theory]
    [InlineData("correct horse", null)]
    [InlineData("0x is how this text begins", null)]
    [InlineData("0x00112233445566778899", PskEncoding.Text)]
    [InlineData("0x00112233445566778899\n", PskEncoding.Hex)]
    [InlineData("0sAAECAwQFBgcICQ==", PskEncoding.Base64)]
    public void A_good_key_passes(string value, PskEncoding? encoding) => Assert.Null(Check(value, encoding));

    [Fact]
    public void A_value_too_long_for_any_key_is_refused() =>
        Assert.Contains("has 2053 octets", Check(new string('a', PreSharedKeyRules.MaxValueLength + 1), PskEncoding.Hex));

    [Fact]
    public void The_same_key_is_read_from_each_encoding_of_it() =>
        FsCheck.Check.QuickThrowOnFailure(Prop.ForAll(ArbMap.Default.ArbFor<NonEmptyArray<byte>>(), octets =>
        {
            byte[] key = octets.Get;
            Assert.Equal(key, Decoded(key, PskEncoding.Text));
            foreach (string prefix in new[] { "", "0x" })
                Assert.Equal(key, Decoded(Encoding.ASCII.GetBytes(prefix + Convert.ToHexString(key)), PskEncoding.Hex));
            Assert.Equal(key, Decoded(Encoding.ASCII.GetBytes("0s" + Convert.ToBase64String(key)), PskEncoding.Base64));
        }));

    [Fact]
    public void What_the_rules_pass_can_be_decoded() =>
        FsCheck.Check.QuickThrowOnFailure(Prop.ForAll(ArbMap.Default.ArbFor<byte[]>(), value =>
        {
            foreach (PskEncoding? encoding in Encodings)
            {
                PreSharedKeyFinding finding = PreSharedKeyRules.Find(value, encoding);
                if (finding.Flaw == PreSharedKeyFlaw.None)
                    Assert.Equal(finding.Length, Decoded(value, encoding).Length);
                Assert.Equal(finding, PreSharedKeyFindings.Of(value)[encoding]);
            }
        }));

    private static string? Check(string value, PskEncoding? encoding) =>
        PreSharedKeyRules.Describe(PreSharedKeyRules.Find(Encoding.UTF8.GetBytes(value), encoding), "berlin-psk", "psk", "spec.authentication.psk");

    private static byte[] Decoded(byte[] value, PskEncoding? encoding)
    {
        byte[] key = new byte[value.Length];
        Assert.True(PreSharedKeyText.TryDecode(value, encoding, key, out int length));
        return key[..length];
    }
}
