using K8sPqTunnel.Kubernetes.Configuration;
using K8sPqTunnel.Tests.Support;

namespace K8sPqTunnel.Kubernetes.Tests.Configuration;

public sealed class FileTokenTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly ManualTime _time = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_renewed_token_is_taken_up_within_a_minute_or_at_once_when_the_old_one_was_refused()
    {
        string path = _folder.Write("token", "one");
        var token = new FileToken(path, _time);
        Assert.Equal("one", token.Token());

        _folder.Write("token", "two");
        Assert.Equal("one", token.Token());
        _time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal("two", token.Token());

        _folder.Write("token", "three");
        token.Refused();
        Assert.Equal("three", token.Token());
    }

    [Theory]
    [InlineData("")]
    [InlineData(" \n")]
    [InlineData("two\nlines")]
    public void A_file_that_holds_no_token_is_refused_before_it_becomes_a_header(string text)
    {
        string path = _folder.Write("token", text);

        Assert.Throws<ConfigurationException>(() => new FileToken(path, _time).Token());
    }
}
