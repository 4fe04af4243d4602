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
        Assert.Null(options.Endpoint);
    }

    [Fact]
    public void Other_replicas_send_daemons_to_the_pods_address() =>
        Assert.Equal("[fd00::7]:8443", $"{Read(new() { ["DAEMON_IMAGE"] = "daemon:1", ["POD_IP"] = "fd00::7" }).Endpoint}");

    [Theory]
    [InlineData("DAEMON_IMAGE", "")]
    [InlineData("OPERATOR_URL", "http://operator")]
    [InlineData("GRPC_PORT", "0")]
    [InlineData("HTTP_PORT", "eighty")]
    [InlineData("WEBHOOK_PORT", "-1")]
    [InlineData("POD_IP", "node1")]
    public void A_wrong_variable_is_named(string name, string value)
    {
        var variables = new Dictionary<string, string> { ["DAEMON_IMAGE"] = "daemon:1", [name] = value };
        Assert.Contains(name, Assert.Throws<OptionsException>(() => Read(variables)).Message);
    }

    [Fact]
    public void A_collector_for_metrics_is_handed_on_to_daemons_but_no_credential_for_it()
    {
        Assert.Empty(Read(new() { ["DAEMON_IMAGE"] = "daemon:1", ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "grpc" }).Telemetry);
        OperatorOptions options = Read(new()
        {
            ["DAEMON_IMAGE"] = "daemon:1",
            ["OTEL_EXPORTER_OTLP_ENDPOINT"] = "http://collector:4317",
            ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "grpc",
            ["OTEL_EXPORTER_OTLP_HEADERS"] = "authorization=secret",
        });
        Assert.Equal(["OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_PROTOCOL"], options.Telemetry.Keys.Order());
    }

    private static OperatorOptions Read(Dictionary<string, string> variables) => OperatorOptions.FromEnvironment(variables.GetValueOrDefault);
}
