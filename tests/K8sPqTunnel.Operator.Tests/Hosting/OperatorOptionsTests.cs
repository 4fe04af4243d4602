using K8sPqTunnel.Operator.Hosting;

namespace K8sPqTunnel.Operator.Tests.Hosting;

public sealed class OperatorOptionsTests
{
    [Fact]
    public void Only_the_daemons_image_must_be_given()
    {
        OperatorOptions options = Read(new() { ["DAEMON_IMAGE"] = "daemon:1" });
        Assert.Equal(("pqtunnel-system", 8443, 9443, 8080), (options.Namespace, options.GrpcPort, options.WebhookPort, options.HttpPort));
        Assert.Equal("https://pqtunnel-operator.pqtunnel-system.svc:8443/", options.Url.ToString());
        Assert.Contains("pqtunnel-operator.pqtunnel-system.svc", options.CertificateNames);
    }

    [Theory]
    [InlineData("DAEMON_IMAGE", "")]
    [InlineData("OPERATOR_URL", "http://operator")]
    [InlineData("GRPC_PORT", "0")]
    [InlineData("HTTP_PORT", "eighty")]
    [InlineData("WEBHOOK_PORT", "-1")]
    public void A_wrong_variable_is_named(string name, string value)
    {
        var variables = new Dictionary<string, string> { ["DAEMON_IMAGE"] = "daemon:1", [name] = value };
        Assert.Contains(name, Assert.Throws<OptionsException>(() => Read(variables)).Message);
    }

    private static OperatorOptions Read(Dictionary<string, string> variables) => OperatorOptions.FromEnvironment(variables.GetValueOrDefault);
}
