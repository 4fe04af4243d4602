using K8sPqTunnel.Api.Policies;
using K8sPqTunnel.Api.Resources;
using K8sPqTunnel.Api.Settings;
using K8sPqTunnel.Api.Validation;
using K8sPqTunnel.Kubernetes;
using K8sPqTunnel.Kubernetes.Client;
using K8sPqTunnel.Kubernetes.Core;
using K8sPqTunnel.Kubernetes.Informers;
using K8sPqTunnel.Kubernetes.Meta;
using K8sPqTunnel.Operator.Resources;
using Microsoft.Extensions.Logging;

namespace K8sPqTunnel.Operator.Policies;

/// <summary>The cluster's post-quantum policies, and which namespaces each is for.</summary>
internal sealed class PolicyView
{
    // Kubernetes sets it from 1.21 on.
    private const string NameLabel = "kubernetes.io/metadata.name";

    private readonly Informer<PolicyResource> _policies;
    private readonly Informer<Namespace> _namespaces;

    public PolicyView(KubernetesClient client, ILogger<PolicyView> logger)
    {
        _policies = new(client.Of(OperatorKinds.Policy), new InformerOptions(), logger);
        _namespaces = new(client.Of(Kinds.Namespace), new InformerOptions(), logger, Trim);
    }

    /// <summary>Both kinds were listed once.</summary>
    public bool HasSynced => _policies.HasSynced && _namespaces.HasSynced;

    public ObjectStore<PolicyResource> Policies => _policies.Store;

    /// <summary>Is the policy for tunnels of this namespace? Of a namespace that is not known yet, every policy is.</summary>
    public bool Selects(PolicyResource policy, string @namespace)
    {
        if (policy.Metadata.IsBeingDeleted)
            return false;
        if (policy.Spec?.NamespaceSelector is not { } selector || !_namespaces.Store.TryGet(new NamespacedName(null, @namespace), out Namespace? known))
            return true;
        var labels = new Dictionary<string, string>(known.Metadata.Labels ?? new Dictionary<string, string>(), StringComparer.Ordinal) { [NameLabel] = @namespace };
        return selector.Matches(labels);
    }

    /// <summary>What a tunnel does less than the policies of its namespace want, by policy in the order of their names.</summary>
    public IReadOnlyList<Problem> ProblemsOf(TunnelSettings settings) =>
    [
        .. Policies.List().Where(policy => Selects(policy, settings.Namespace))
            .OrderBy(policy => policy.Metadata.Name, StringComparer.Ordinal)
            .SelectMany(policy => PolicyRules.Check(settings, policy.Metadata.Name!, policy.Spec ?? new PostQuantumPolicySpec())),
    ];

    /// <summary>Tells of each change that may make another judgement: of a policy, or of a namespace's labels. Before <see cref="RunAsync"/>.</summary>
    /// <param name="policyChanged">Its key.</param>
    /// <param name="namespaceChanged">Its name.</param>
    public void Subscribe(Action<NamespacedName> policyChanged, Action<string> namespaceChanged)
    {
        _policies.Subscribe(change =>
        {
            if (change.IsOfSpec)
                policyChanged(change.Key);
        });
        _namespaces.Subscribe(change =>
        {
            if (change.Type != ChangeType.Updated || !SameLabels(change.Old!, change.New!))
                namespaceChanged(change.Key.Name);
        });
    }

    /// <summary>Follows the cluster until the token is cancelled, or one of the informers meets a defect.</summary>
    public async Task RunAsync(CancellationToken cancellationToken) =>
        await await Task.WhenAny(_policies.RunAsync(cancellationToken), _namespaces.RunAsync(cancellationToken));

    /// <summary>Waits for <see cref="HasSynced"/>.</summary>
    public Task WaitForSyncAsync(CancellationToken cancellationToken) =>
        Task.WhenAll(_policies.WaitForSyncAsync(cancellationToken), _namespaces.WaitForSyncAsync(cancellationToken));

    // Nobody reads more of it.
    private static Namespace Trim(Namespace all) => new()
    {
        Metadata = new ObjectMeta { Name = all.Metadata.Name, Uid = all.Metadata.Uid, ResourceVersion = all.Metadata.ResourceVersion, Labels = all.Metadata.Labels },
    };

    private static bool SameLabels(Namespace one, Namespace other)
    {
        IReadOnlyDictionary<string, string> before = one.Metadata.Labels ?? new Dictionary<string, string>();
        IReadOnlyDictionary<string, string> after = other.Metadata.Labels ?? new Dictionary<string, string>();
        return before.Count == after.Count && before.All(label => after.TryGetValue(label.Key, out string? value) && value == label.Value);
    }
}
