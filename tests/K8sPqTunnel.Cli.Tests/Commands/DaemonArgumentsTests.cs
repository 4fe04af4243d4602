using System.CommandLine;
using System.Net;
using K8sPqTunnel.Cli.Commands;

namespace K8sPqTunnel.Cli.Tests.Commands;

public sealed class DaemonArgumentsTests
{
    [Theory]
    [InlineData("127.0.0.1:9510", "127.0.0.1:9510")]
    [InlineData("[fd00::1]:9510", "[fd00::1]:9510")]
    [InlineData("fd00::1:9510", "[fd00::1]:9510")]                         // a pod's $(POD_IP):9510
    [InlineData("::1:9510", "[::1]:9510")]
    public void Health_is_served_where_an_address_and_a_port_say(string text, string expected)
    {
        Assert.True(TryRead(text, out IPEndPoint? endpoint, out string? error), error);
        Assert.Equal(IPEndPoint.Parse(expected), endpoint);
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("127.0.0.1:0")]
    [InlineData(":9510")]
    [InlineData("9510")]
    [InlineData("[fd00::1]")]
    [InlineData("fd00::1:70000")]
    [InlineData("node1:9510")]
    public void What_is_no_address_and_port_is_refused_with_an_example(string text)
    {
        Assert.False(TryRead(text, out _, out string? error));
        Assert.Equal($"--health {text}: not an address and a port, for example 127.0.0.1:9510", error);
    }

    private static bool TryRead(string text, out IPEndPoint? endpoint, out string? error)
    {
        var arguments = new DaemonArguments();
        var command = new Command("run");
        arguments.AddTo(command);
        return arguments.TryReadHealth(command.Parse(["-f", "tunnel.yaml", "--health", text]), out endpoint, out error);
    }
}
