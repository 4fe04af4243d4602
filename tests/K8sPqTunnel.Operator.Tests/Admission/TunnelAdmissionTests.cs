using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using K8sPqTunnel.Operator.Admission;
using K8sPqTunnel.Operator.Tests.Fakes;

namespace K8sPqTunnel.Operator.Tests.Admission;

/// <summary>The webhook as an API server calls it: by HTTPS, trusting what the webhook configuration says.</summary>
public sealed class TunnelAdmissionTests
{
    private const string Configuration = "apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations/pqtunnel-operator";
    private const string Policy = "apis/pqtunnel.io/v1alpha1/postquantumpolicies/strong";

    [Fact]
    public async Task A_good_tunnel_is_taken()
    {
        using MemoryCluster cluster = Empty();
        await using OperatorUnderTest running = await OperatorUnderTest.StartAsync(cluster);
        JsonNode answer = await AskAsync(cluster, running, Tunnel());
        Assert.Equal("AdmissionReview", answer["kind"]!.GetValue<string>());
        Assert.Equal("of-the-request", answer["response"]!["uid"]!.GetValue<string>());
        Assert.True(answer["response"]!["allowed"]!.GetValue<bool>());
    }

    [Theory]
    [InlineData("10.20.0.0/33", "spec.traffic.remote[0]: \"10.20.0.0/33\" is not a CIDR")]
    [InlineData("10.244.0.0/16", "spec.traffic")]
    public async Task A_wrong_tunnel_is_refused_by_the_name_of_its_field(string remote, string words)
    {
        using MemoryCluster cluster = Empty();
        await using OperatorUnderTest running = await OperatorUnderTest.StartAsync(cluster);
        JsonNode response = (await AskAsync(cluster, running, Tunnel(remote)))["response"]!;
        Assert.False(response["allowed"]!.GetValue<bool>());
        Assert.Equal(422, response["status"]!["code"]!.GetValue<int>());
        Assert.Contains(words, response["status"]!["message"]!.GetValue<string>());
        // What kubectl prints.
        JsonNode cause = response["status"]!["details"]!["causes"]![0]!;
        Assert.Contains(words, $"{cause["field"]}: {cause["message"]}");
    }

    [Fact]
    public async Task A_tunnel_that_does_less_than_a_policy_wants_is_refused()
    {
        using MemoryCluster cluster = Empty();
        cluster.Put(Policy, """{"spec":{"keyExchange":"MlKem1024"}}""");
        await using OperatorUnderTest running = await OperatorUnderTest.StartAsync(cluster);
        JsonNode response = (await AskAsync(cluster, running, Tunnel()))["response"]!;
        Assert.False(response["allowed"]!.GetValue<bool>());
        Assert.Contains("PostQuantumPolicy \"strong\"", response["status"]!["message"]!.GetValue<string>());
    }

    [Fact]
    public async Task Labels_and_the_end_of_a_tunnel_that_would_not_be_taken_any_more_are_free()
    {
        using MemoryCluster cluster = Empty();
        await using OperatorUnderTest running = await OperatorUnderTest.StartAsync(cluster);
        JsonObject labelled = Tunnel("10.20.0.0/33");
        labelled["metadata"]!["labels"] = new JsonObject { ["team"] = "network" };
        Assert.True(await IsAllowedAsync(labelled, Tunnel("10.20.0.0/33")));
        Assert.False(await IsAllowedAsync(labelled, Tunnel("10.20.0.0/34")));

        JsonObject going = Tunnel("10.20.0.0/33");
        going["metadata"]!["deletionTimestamp"] = "2026-01-01T00:00:00Z";
        Assert.True(await IsAllowedAsync(going, Tunnel()));

        async Task<bool> IsAllowedAsync(JsonObject now, JsonObject before) =>
            (await AskAsync(cluster, running, now, before))["response"]!["allowed"]!.GetValue<bool>();
    }

    [Fact]
    public async Task What_is_no_review_gets_no_answer_and_other_ports_have_no_webhook()
    {
        using MemoryCluster cluster = Empty();
        await using OperatorUnderTest running = await OperatorUnderTest.StartAsync(cluster);
        using HttpClient client = await ClientAsync(cluster, running);
        using var words = new StringContent("what?", Encoding.UTF8, "application/json");
        using HttpResponseMessage refused = await client.PostAsync(Url(running), words);
        Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);

        using HttpResponseMessage elsewhere =
            await client.PostAsJsonAsync(new Uri($"http://127.0.0.1:{running.Options.HttpPort}{AdmissionRoute.Path}"), Review(Tunnel(), null));
        Assert.Equal(HttpStatusCode.NotFound, elsewhere.StatusCode);
    }

    private static MemoryCluster Empty()
    {
        var cluster = new MemoryCluster();
        cluster.Put(Configuration, """{"webhooks":[{"name":"ipsectunnels.pqtunnel.io","clientConfig":{}}]}""");
        return cluster;
    }

    private static JsonObject Tunnel(string remote = "10.20.0.0/16")
    {
        JsonObject tunnel = JsonNode.Parse(ClusterPaths.TunnelJson.Replace("10.20.0.0/16", remote))!.AsObject();
        tunnel["metadata"] = new JsonObject { ["name"] = "berlin" };
        tunnel["spec"]!.AsObject().Remove("probe");
        return tunnel;
    }

    private static JsonObject Review(JsonObject now, JsonObject? before) => new()
    {
        ["apiVersion"] = "admission.k8s.io/v1",
        ["kind"] = "AdmissionReview",
        ["request"] = new JsonObject
        {
            ["uid"] = "of-the-request", ["operation"] = before is null ? "CREATE" : "UPDATE", ["namespace"] = "network",
            ["object"] = now.DeepClone(), ["oldObject"] = before?.DeepClone(),
        },
    };

    private static Uri Url(OperatorUnderTest running) => new($"https://127.0.0.1:{running.Options.WebhookPort}{AdmissionRoute.Path}");

    private static async Task<JsonNode> AskAsync(MemoryCluster cluster, OperatorUnderTest running, JsonObject now, JsonObject? before = null)
    {
        using HttpClient client = await ClientAsync(cluster, running);
        return await Eventually.GetAsync(
            async () =>
            {
                using HttpResponseMessage response = await client.PostAsJsonAsync(Url(running), Review(now, before));
                return response.StatusCode == HttpStatusCode.ServiceUnavailable ? null : JsonNode.Parse(await response.Content.ReadAsStringAsync());
            },
            "the webhook's answer");
    }

    // Trusts the caBundle that the operator has put into its configuration, as the API server does.
    private static async Task<HttpClient> ClientAsync(MemoryCluster cluster, OperatorUnderTest running)
    {
        string bundle = await Eventually.GetAsync(
            () => Task.FromResult(cluster.Find(Configuration)?["webhooks"]?[0]?["clientConfig"]?["caBundle"]?.GetValue<string>()), "the configuration's caBundle");
        using X509Certificate2 authority = X509Certificate2.CreateFromPem(Encoding.UTF8.GetString(Convert.FromBase64String(bundle)));
        byte[] trusted = authority.RawData;
        var handler = new SocketsHttpHandler();
        handler.SslOptions.TargetHost = running.Options.CertificateNames.First();
        handler.SslOptions.RemoteCertificateValidationCallback = (_, certificate, _, _) =>
        {
            using var chain = new X509Chain();
            using X509Certificate2 root = X509CertificateLoader.LoadCertificate(trusted);
            chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
            chain.ChainPolicy.CustomTrustStore.Add(root);
            chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
            return certificate is X509Certificate2 shown && chain.Build(shown) && shown.MatchesHostname(running.Options.CertificateNames.First());
        };
        return new HttpClient(handler);
    }
}
