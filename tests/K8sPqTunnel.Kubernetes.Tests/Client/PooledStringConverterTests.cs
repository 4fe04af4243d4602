using System.Text.Json;
using K8sPqTunnel.Kubernetes.Core;
using K8sPqTunnel.Kubernetes.Meta;

namespace K8sPqTunnel.Kubernetes.Tests.Client;

public sealed class PooledStringConverterTests
{
    [Fact]
    public void Texts_that_come_again_are_one_string()
    {
        ObjectMeta first = Read("first").Metadata, second = Read("second").Metadata;
        Assert.Equal(("first", "second"), (first.Name, second.Name));
        Assert.Same(first.Namespace, second.Namespace);
        Assert.Same(first.Labels!.Keys.Single(), second.Labels!.Keys.Single());
        Assert.Same(first.Labels.Values.Single(), second.Labels.Values.Single());
    }

    [Theory]
    [InlineData("")]
    [InlineData("a \"quoted\" \\ and ünïcödé \U0001F511 text")]
    [InlineData("ninety-six-octets-and-a-few-more-are-not-pooled-since-messages-of-that-length-seldom-come-again-so-they-are-not")]
    public void Every_text_is_read_as_it_was_written(string text)
    {
        var written = new ConfigMap { Metadata = new ObjectMeta { Name = text, Labels = new Dictionary<string, string> { [text] = text } } };
        ObjectMeta read = JsonSerializer.Deserialize(JsonSerializer.Serialize(written, KubernetesJson.Default.ConfigMap), KubernetesJson.Default.ConfigMap)!.Metadata;
        Assert.Equal((text, text, text), (read.Name, read.Labels!.Keys.Single(), read.Labels.Values.Single()));
        Assert.Null(read.Namespace);
    }

    [Theory]
    [InlineData("7")]
    [InlineData("{}")]
    public void What_is_no_text_is_no_name(string value) =>
        Assert.Throws<JsonException>(() => JsonSerializer.Deserialize($$$"""{"metadata":{"name":{{{value}}} } }""", KubernetesJson.Default.ConfigMap));

    private static ConfigMap Read(string name) => JsonSerializer.Deserialize(
        $$$"""{"apiVersion":"v1","kind":"ConfigMap","metadata":{"namespace":"net-001","labels":{"app.kubernetes.io/name":"pqtunnel-gateway"},"name":"{{{name}}}"} }""",
        KubernetesJson.Default.ConfigMap)!;
}
