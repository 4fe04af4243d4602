namespace K8sPqTunnel.Kubernetes.Controllers;

/// <summary>Brings the state of one object to what its spec asks for. Never called for one key twice at the same time.</summary>
/// <param name="key">Which object. It may be gone.</param>
/// <param name="cancellationToken">The process ends.</param>
/// <remarks>A thrown exception counts as a failure: it is logged and the key comes back after its backoff.</remarks>
public delegate Task<ReconcileResult> Reconcile<in TKey>(TKey key, CancellationToken cancellationToken);
