using System.Text.Json;
using K8sPqTunnel.Kubernetes.Apps;
using K8sPqTunnel.Kubernetes.Core;
using K8sPqTunnel.Kubernetes.Meta;

namespace K8sPqTunnel.Kubernetes.Tests.Meta;

public sealed class ObjectJsonTests
{
    [Fact]
    public void Nothing_that_was_not_set_is_written_so_that_apply_claims_no_field_by_accident()
    {
        var deployment = new Deployment
        {
            Metadata = new ObjectMeta { Name = "edge", Namespace = "ns" },
            Spec = new DeploymentSpec
            {
                Selector = new LabelSelector { MatchLabels = new Dictionary<string, string> { ["app"] = "edge" } },
                Template = new PodTemplateSpec
                {
                    Spec = new PodSpec
                    {
                        Containers =
                        [
                            new Container
                            {
                                Name = "ike",
                                Image = "ike:1",
                                Ports = [new ContainerPort { ContainerPortNumber = 500, Protocol = "UDP" }],
                                ReadinessProbe = new Probe { HttpGet = new HttpGetAction { Path = "/readyz", Port = "health" } },
                                LivenessProbe = new Probe { TcpSocket = new TcpSocketAction { Port = 8080 } },
                            },
                        ],
                    },
                },
            },
        };

        Assert.Equal(
            """
            {"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"edge","namespace":"ns"},"spec":{"selector":{"matchLabels":{"app":"edge"}},
            "template":{"spec":{"containers":[{"name":"ike","image":"ike:1","ports":[{"containerPort":500,"protocol":"UDP"}],
            "readinessProbe":{"httpGet":{"path":"/readyz","port":"health"}},"livenessProbe":{"tcpSocket":{"port":8080}}}]}}}}
            """.ReplaceLineEndings(""),
            JsonSerializer.Serialize(deployment, Kinds.Deployment.Json));
    }

    [Fact]
    public void Times_are_written_in_UTC_with_the_decimals_that_the_API_server_wants()
    {
        var at = new DateTimeOffset(2026, 3, 4, 5, 6, 7, 89, TimeSpan.FromHours(2));
        var meta = new ConfigMap { Metadata = new ObjectMeta { CreationTimestamp = at } };
        var happened = new Kubernetes.Events.Event { Metadata = new ObjectMeta(), EventTime = at };

        Assert.Contains("\"2026-03-04T03:06:07Z\"", JsonSerializer.Serialize(meta, Kinds.ConfigMap.Json));
        Assert.Contains("\"2026-03-04T03:06:07.089000Z\"", JsonSerializer.Serialize(happened, Kinds.Event.Json));
    }

    [Fact]
    public void Printing_a_secret_does_not_print_what_it_holds()
    {
        var secret = JsonSerializer.Deserialize("""{"metadata":{"name":"psk"},"data":{"psk":"aHVudGVyMg=="}}""", Kinds.Secret.Json)!;

        Assert.Equal("hunter2"u8.ToArray(), secret.Data!["psk"]);
        Assert.DoesNotContain("hunter2", secret.ToString());
        Assert.DoesNotContain("aHVudGVyMg", secret.ToString());
    }
}
