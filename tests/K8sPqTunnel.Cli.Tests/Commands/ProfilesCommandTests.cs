using System.CommandLine;
using K8sPqTunnel.Cli.Commands;

namespace K8sPqTunnel.Cli.Tests.Commands;

public sealed class ProfilesCommandTests
{
    [Theory]
    [InlineData(0, "list")]
    [InlineData(0, "show", "cloudflare")]
    [InlineData(0, "show", "Generic", "-o", "yaml", "--post-quantum", "Disabled")]
    [InlineData(2, "show", "cisco")]
    [InlineData(2, "show", "3")]
    public async Task An_unknown_profile_is_an_error_of_input(int status, params string[] arguments)
    {
        var text = new StringWriter();
        ParseResult parsed = ProfilesCommand.Create().Parse(arguments);
        Assert.Empty(parsed.Errors);
        Assert.Equal(status, await parsed.InvokeAsync(new InvocationConfiguration { Output = text }, TestContext.Current.CancellationToken));
        Assert.Equal(status == 0, text.ToString().Contains("Cloudflare") || text.ToString().Contains("lifetime"));
    }

    [Theory]
    [InlineData("show")]
    [InlineData("show", "Generic", "-o", "json")]
    [InlineData("show", "Generic", "--post-quantum", "Sometimes")]
    public void What_the_command_does_not_know_is_refused_before_it_runs(params string[] arguments) =>
        Assert.NotEmpty(ProfilesCommand.Create().Parse(arguments).Errors);
}
