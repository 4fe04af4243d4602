using System.Text;
using System.Text.Json.Nodes;

namespace K8sPqTunnel.Lab.Kubernetes;

/// <summary>Renders a kubeconfig that carries its certificates inside, as JSON (which is YAML too).</summary>
internal static class Kubeconfig
{
    public static string Render(string server, string authority, KeyPairPem client) => new JsonObject
    {
        ["apiVersion"] = "v1",
        ["kind"] = "Config",
        ["clusters"] = Named("lab", "cluster", new JsonObject
        {
            ["server"] = server,
            ["certificate-authority-data"] = Base64(authority),
        }),
        ["users"] = Named("lab", "user", new JsonObject
        {
            ["client-certificate-data"] = Base64(client.Certificate),
            ["client-key-data"] = Base64(client.Key),
        }),
        ["contexts"] = Named("lab", "context", new JsonObject { ["cluster"] = "lab", ["user"] = "lab" }),
        ["current-context"] = "lab",
    }.ToJsonString();

    private static JsonArray Named(string name, string kind, JsonObject value) => new(new JsonObject { ["name"] = name, [kind] = value });

    private static string Base64(string text) => Convert.ToBase64String(Encoding.ASCII.GetBytes(text));
}
