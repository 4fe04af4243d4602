using System.Text.Json.Nodes;
using K8sPqTunnel.Api.Resources;
using K8sPqTunnel.Api.Schema;
using K8sPqTunnel.Api.Settings;

namespace K8sPqTunnel.Api.Policies;

/// <summary>
/// <see cref="PolicyRules"/> as a ValidatingAdmissionPolicy (Kubernetes 1.30): the API server holds tunnels to every PostQuantumPolicy by itself, whether or not the
/// operator is there to be asked.
/// </summary>
public static class AdmissionPolicy
{
    /// <summary>Of the policy and its binding.</summary>
    public const string Name = "postquantum.pqtunnel.io";

    private const string GroupVersion = "admissionregistration.k8s.io/v1";

    // RFC 9370 2.2.1: at most seven additional key exchanges.
    private const int MaxRounds = 7;

    // kubernetes.io/metadata.name is on every namespace of an API server that knows these policies.
    private const string Selected = """
        !has(params.spec) || !has(params.spec.namespaceSelector) || (
          (!has(params.spec.namespaceSelector.matchLabels)
            || params.spec.namespaceSelector.matchLabels.all(k, k in variables.labels && variables.labels[k] == params.spec.namespaceSelector.matchLabels[k]))
          && (!has(params.spec.namespaceSelector.matchExpressions)
            || params.spec.namespaceSelector.matchExpressions.all(e,
              e.operator == 'In' ? e.key in variables.labels && variables.labels[e.key] in e.values
              : e.operator == 'NotIn' ? !(e.key in variables.labels) || !(variables.labels[e.key] in e.values)
              : e.operator == 'Exists' ? e.key in variables.labels
              : !(e.key in variables.labels))))
        """;

    // In one of the rounds, every alternative is at least the minimum.
    private const string Strong = """
        variables.proposals.all(p, variables.rounds.exists(r,
          p.split('-').exists(t, r == '' ? t in variables.keyExchanges : t.startsWith(r))
          && p.split('-').all(t, (r == '' ? !(t in variables.keyExchanges) : !t.startsWith(r)) || t.substring(size(r)) in variables.strong)))
        """;

    private const string Symmetric = """
        !has(object.spec.authentication.certificate)
          || (has(object.spec.authentication.local) && object.spec.authentication.local == 'Psk'
            && has(object.spec.authentication.remote) && object.spec.authentication.remote == 'Psk')
          || (has(object.spec.authentication.ppk) && size(object.spec.authentication.ppk) > 0
            && object.spec.authentication.ppk.all(p, !has(p.required) || p.required))
        """;

    /// <summary>Policy and binding as the text of a YAML file.</summary>
    public static string ToYaml() =>
        "# Generated from the C# rules by `K8sPqTunnel.Operator admission-policy`; do not edit.\n" + YamlText.Of(Policy()) + "---\n" + YamlText.Of(Binding());

    /// <summary>The policy.</summary>
    public static JsonObject Policy() => new()
    {
        ["apiVersion"] = GroupVersion,
        ["kind"] = "ValidatingAdmissionPolicy",
        ["metadata"] = new JsonObject { ["name"] = Name },
        ["spec"] = new JsonObject
        {
            ["failurePolicy"] = "Fail",
            ["paramKind"] = new JsonObject { ["apiVersion"] = IpsecTunnel.GroupVersion, ["kind"] = PostQuantumPolicy.KindName },
            ["matchConstraints"] = new JsonObject
            {
                ["resourceRules"] = new JsonArray(new JsonObject
                {
                    ["apiGroups"] = new JsonArray(IpsecTunnel.Group),
                    ["apiVersions"] = new JsonArray(IpsecTunnel.Version),
                    ["operations"] = new JsonArray("CREATE", "UPDATE"),
                    ["resources"] = new JsonArray(IpsecTunnel.Plural),
                }),
            },
            // Labels, and the finalizer of a tunnel that goes, are free even where the spec would not be taken any more.
            ["matchConditions"] = new JsonArray(
                new JsonObject { ["name"] = "stays", ["expression"] = "!has(object.metadata.deletionTimestamp)" },
                new JsonObject { ["name"] = "spec-changes", ["expression"] = "request.operation == 'CREATE' || object.spec != oldObject.spec" }),
            ["variables"] = Variables(),
            ["validations"] = Validations(),
        },
    };

    /// <summary>What has the policy count, with every PostQuantumPolicy that there is.</summary>
    public static JsonObject Binding() => new()
    {
        ["apiVersion"] = GroupVersion,
        ["kind"] = "ValidatingAdmissionPolicyBinding",
        ["metadata"] = new JsonObject { ["name"] = Name },
        ["spec"] = new JsonObject
        {
            ["policyName"] = Name,
            ["validationActions"] = new JsonArray("Deny"),
            ["paramRef"] = new JsonObject { ["selector"] = new JsonObject(), ["parameterNotFoundAction"] = "Allow" },
        },
    };

    private static JsonArray Variables() =>
    [
        Variable("labels", "has(namespaceObject.metadata.labels) ? namespaceObject.metadata.labels : {}"),
        Variable("selected", Selected),
        Variable("minimum", $"has(params.spec) && has(params.spec.keyExchange) ? params.spec.keyExchange : '{KeyExchangeMinimum.MlKem768}'"),
        Variable("strong", $"{Map(Minima.Select(minimum => (minimum.ToString(), PolicyRules.AtLeast(minimum))))}[variables.minimum]"),
        Variable("keyExchanges", List(PolicyRules.KeyExchanges)),
        Variable("rounds", List(Enumerable.Range(1, MaxRounds).Select(round => $"ke{round}_").Prepend(""))),
        Variable("proposals", "has(object.spec.ike) && has(object.spec.ike.proposals) ? object.spec.ike.proposals : []"),
        Variable("profile", $"has(object.spec.peer) && has(object.spec.peer.profile) ? object.spec.peer.profile : '{PeerProfile.Generic}'"),
        Variable("profiles", Map(ProfileDefaults.All.Select(row => (row.Profile.ToString(), PolicyRules.HeldBy(row.Hybrid))))),
        Variable("keyExchange",
            $"has(object.spec.postQuantum) && has(object.spec.postQuantum.keyExchange) ? object.spec.postQuantum.keyExchange : '{KeyExchangePolicy.Required}'"),
        Variable("wants", "'PostQuantumPolicy \"' + params.metadata.name + '\" wants '"),
    ];

    private static JsonArray Validations() =>
    [
        Validation($"!variables.selected || variables.keyExchange == '{KeyExchangePolicy.Required}'",
            "'spec.postQuantum.keyExchange: ' + variables.wants + 'Required in this namespace, and the tunnel says ' + variables.keyExchange"),
        Validation(
            "!variables.selected || (size(variables.proposals) > 0\n"
            + $"  ? {Strong.ReplaceLineEndings("\n  ")}\n"
            + "  : variables.profile in variables.profiles && variables.minimum in variables.profiles[variables.profile])",
            "'spec.ike.proposals: ' + variables.wants + variables.minimum + ' or stronger in this namespace, and one can be answered with less: write -ke1_' "
            + "+ variables.strong[0] + ' and no weaker alternative beside it'"),
        Validation(
            $"!variables.selected || !has(params.spec) || !has(params.spec.authentication) || params.spec.authentication != '{AuthenticationMinimum.SymmetricKey}'\n"
            + $"  || {Symmetric.ReplaceLineEndings("\n  ")}",
            "'spec.authentication: ' + variables.wants + 'a symmetric key in this namespace, and certificates alone can be forged once there are quantum computers: "
            + "use psk, or add a ppk with required: true'"),
    ];

    private static JsonObject Variable(string name, string expression) => new() { ["name"] = name, ["expression"] = expression };

    private static JsonObject Validation(string expression, string message) => new() { ["expression"] = expression, ["messageExpression"] = message, ["reason"] = "Invalid" };

    private static IEnumerable<KeyExchangeMinimum> Minima => Enum.GetValues<KeyExchangeMinimum>();

    private static string List(IEnumerable<string> texts) => $"[{string.Join(", ", texts.Select(text => $"'{text}'"))}]";

    private static string Map(IEnumerable<(string Key, IEnumerable<string> Values)> entries) =>
        $"{{{string.Join(", ", entries.Select(entry => $"'{entry.Key}': {List(entry.Values)}"))}}}";
}
