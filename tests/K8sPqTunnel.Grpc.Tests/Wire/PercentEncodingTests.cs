using FsCheck;
using FsCheck.Fluent;
using K8sPqTunnel.Grpc.Wire;

namespace K8sPqTunnel.Grpc.Tests.Wire;

public sealed class PercentEncodingTests
{
    [Fact]
    public void Any_text_comes_back_and_travels_in_printable_ASCII() =>
        Prop.ForAll<NonNull<string>>(text =>
        {
            string wellFormed = new([.. text.Get.Where(static c => !char.IsSurrogate(c))]);
            string encoded = PercentEncoding.Encode(wellFormed);
            return encoded.All(static c => c is >= ' ' and <= '~') && PercentEncoding.Decode(encoded) == wellFormed;
        }).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData("100 % of the tunnels", "100 %25 of the tunnels")]
    [InlineData("straße\n", "stra%C3%9Fe%0A")]
    [InlineData("\U0001F512", "%F0%9F%94%92")]
    public void The_escapes_are_those_of_the_specification(string text, string encoded)
    {
        Assert.Equal(encoded, PercentEncoding.Encode(text));
        Assert.Equal(text, PercentEncoding.Decode(encoded));
    }

    [Theory]
    [InlineData("%", "%")]
    [InlineData("a%4", "a%4")]
    [InlineData("%zz%41", "%zzA")]
    [InlineData("%%41", "%A")]
    [InlineData("%ff", "\uFFFD")]
    public void What_is_no_valid_escape_does_no_harm(string encoded, string text) => Assert.Equal(text, PercentEncoding.Decode(encoded));

    [Fact]
    public void A_long_text_is_cut_between_two_characters()
    {
        string encoded = PercentEncoding.Encode(new string('ä', 5000));
        Assert.InRange(encoded.Length, PercentEncoding.MaxEncodedLength - 5, PercentEncoding.MaxEncodedLength);
        Assert.All(PercentEncoding.Decode(encoded), static c => Assert.Equal('ä', c));
    }
}
