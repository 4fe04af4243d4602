using System.Text;
using System.Text.Json.Nodes;
using K8sPqTunnel.Lab.Processes;

namespace K8sPqTunnel.Lab.Kubernetes;

/// <summary>
/// The command line and the registration of a present Kubernetes' server of custom resources behind an older API server: definitions, objects of our kinds and
/// ValidatingAdmissionPolicies are its; namespaces and all else are the older one's.
/// </summary>
internal static class DefinitionServer
{
    public const string Name = "definitions";

    /// <summary>The registered API service of definitions. One without a definition counts as not available.</summary>
    public const string OfDefinitions = "apiservice/v1.apiextensions.k8s.io";

    /// <summary>The one of <see cref="Stores"/>.</summary>
    public const string OfPolicies = "apiservice/v1.admissionregistration.k8s.io";

    /// <summary>The definitions that have it store policies, as a whole API server does by itself.</summary>
    public static readonly IReadOnlyList<JsonObject> Stores =
    [
        Store("ValidatingAdmissionPolicy", "validatingadmissionpolicies", Constraints("matchConstraints")),
        Store("ValidatingAdmissionPolicyBinding", "validatingadmissionpolicybindings", []),
    ];

    private const string Pki = $"/cluster/{ClusterPki.Folder}";
    private const int Port = 7443;

    // What goes there: definitions, the policies' kinds, and our own.
    private static readonly (string Group, string Version)[] Groups =
        [("apiextensions.k8s.io", "v1"), ("admissionregistration.k8s.io", "v1"), ("pqtunnel.io", "v1alpha1")];

    /// <summary>Starts it.</summary>
    /// <param name="withPolicies">
    /// The admission plugin that evaluates ValidatingAdmissionPolicies: it lets nothing pass before it has read them, so their definitions have to be there.
    /// </param>
    public static Command Start(bool withPolicies) => new($"/cluster/{Name}/{DefinitionServerBuild.Program}",
        "--etcd-servers=http://127.0.0.1:2379",
        "--etcd-prefix=/definitions",                           // beside what the API server itself stores
        "--bind-address=127.0.0.1",
        $"--secure-port={Port}",
        $"--tls-cert-file={Pki}/{Name}.crt",
        $"--tls-private-key-file={Pki}/{Name}.key",
        $"--kubeconfig=/cluster/{Name}.kubeconfig",
        $"--authentication-kubeconfig=/cluster/{Name}.kubeconfig",
        $"--authorization-kubeconfig=/cluster/{Name}.kubeconfig",
        "--enable-priority-and-fairness=false",                 // its kinds are unknown to the older API server, as those of the other plugins
        $"--disable-admission-plugins={string.Join(',', WithoutPlugins(withPolicies))}");

    /// <summary>Has the API server pass requests on to it.</summary>
    /// <param name="authority">The certificate of the authority that issued its own.</param>
    public static IEnumerable<JsonObject> Registration(string authority) => Groups.Select(group => ApiService(group.Group, group.Version, authority)).Prepend(Service());

    /// <summary>The names of <see cref="Stores"/>.</summary>
    public static IEnumerable<string> StoreNames => Stores.Select(store => $"customresourcedefinition/{store["metadata"]!["name"]}");

    private static IEnumerable<string> WithoutPlugins(bool withPolicies) =>
        ["MutatingAdmissionPolicy", "MutatingAdmissionWebhook", "ValidatingAdmissionWebhook", .. withPolicies ? Array.Empty<string>() : ["ValidatingAdmissionPolicy"]];

    private static JsonObject Service() => new()
    {
        ["apiVersion"] = "v1",
        ["kind"] = "Service",
        ["metadata"] = new JsonObject { ["name"] = Name, ["namespace"] = "kube-system" },
        ["spec"] = new JsonObject
        {
            ["type"] = "ExternalName",
            ["externalName"] = "localhost",
            ["ports"] = new JsonArray(new JsonObject { ["port"] = Port }),
        },
    };

    private static JsonObject ApiService(string group, string version, string authority) => new()
    {
        ["apiVersion"] = "apiregistration.k8s.io/v1",
        ["kind"] = "APIService",
        ["metadata"] = new JsonObject
        {
            ["name"] = $"{version}.{group}",
            // Or the API server would take its own groups back.
            ["labels"] = new JsonObject { ["kube-aggregator.kubernetes.io/automanaged"] = "false" },
        },
        ["spec"] = new JsonObject
        {
            ["group"] = group,
            ["version"] = version,
            ["groupPriorityMinimum"] = 16700,
            ["versionPriority"] = 15,
            ["caBundle"] = Convert.ToBase64String(Encoding.ASCII.GetBytes(authority)),
            ["service"] = new JsonObject { ["name"] = Name, ["namespace"] = "kube-system", ["port"] = Port },
        },
    };

    private static JsonObject Store(string kind, string plural, JsonObject properties) => new()
    {
        ["apiVersion"] = "apiextensions.k8s.io/v1",
        ["kind"] = "CustomResourceDefinition",
        ["metadata"] = new JsonObject
        {
            ["name"] = $"{plural}.admissionregistration.k8s.io",
            ["annotations"] = new JsonObject { ["api-approved.kubernetes.io"] = "unapproved, stands for the API server's own" },
        },
        ["spec"] = new JsonObject
        {
            ["group"] = "admissionregistration.k8s.io",
            ["scope"] = "Cluster",
            ["names"] = new JsonObject { ["kind"] = kind, ["plural"] = plural },
            ["versions"] = new JsonArray(new JsonObject
            {
                ["name"] = "v1",
                ["served"] = true,
                ["storage"] = true,
                ["schema"] = new JsonObject { ["openAPIV3Schema"] = Open(new JsonObject { ["spec"] = Open(properties) }) },
            }),
        },
    };

    // What the API server itself fills in, and its plugin relies on.
    private static JsonObject Constraints(string name) => new()
    {
        [name] = Open(new JsonObject
        {
            ["matchPolicy"] = new JsonObject { ["type"] = "string", ["default"] = "Equivalent" },
            ["namespaceSelector"] = Open([], "{}"),
            ["objectSelector"] = Open([], "{}"),
            ["resourceRules"] = new JsonObject
            {
                ["type"] = "array",
                ["items"] = Open(new JsonObject { ["scope"] = new JsonObject { ["type"] = "string", ["default"] = "*" } }),
            },
        }),
    };

    private static JsonObject Open(JsonObject properties, string? filledIn = null)
    {
        var schema = new JsonObject { ["type"] = "object", ["properties"] = properties, ["x-kubernetes-preserve-unknown-fields"] = true };
        if (filledIn is not null)
            schema["default"] = JsonNode.Parse(filledIn);
        return schema;
    }
}
