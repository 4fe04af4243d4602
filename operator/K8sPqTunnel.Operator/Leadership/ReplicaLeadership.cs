using K8sPqTunnel.Kubernetes.Client;
using K8sPqTunnel.Kubernetes.Leases;
using K8sPqTunnel.Kubernetes.Meta;
using K8sPqTunnel.Kubernetes.Telemetry;
using K8sPqTunnel.Operator.Hosting;
using Microsoft.Extensions.Logging;

namespace K8sPqTunnel.Operator.Leadership;

/// <summary>Of several replicas one leads: it writes, and daemons' sessions are with it. The others watch, judge what is admitted, and wait.</summary>
/// <remarks>
/// A leader that cannot reach the API server for a while writes nothing, keeps its sessions, and leads on when nobody else has meanwhile. Once another
/// has, its process ends.
/// </remarks>
internal sealed class ReplicaLeadership
{
    /// <summary>The Lease's name, in the operator's namespace.</summary>
    public const string LeaseName = "pqtunnel-operator";

    private readonly LeaseElection _election;
    private readonly string _lease;
    private readonly string _self;
    private readonly TimeProvider _clock;
    private readonly TaskCompletionSource _superseded = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile Term? _term;

    /// <param name="client">Not the one that is fenced by this.</param>
    /// <param name="options">Where the Lease is, and who this replica is.</param>
    /// <param name="metrics">Shared with the client.</param>
    /// <param name="clock">What tells the time.</param>
    /// <param name="logger">Who leads.</param>
    public ReplicaLeadership(
        KubernetesClient client, OperatorOptions options, KubernetesMetrics metrics, TimeProvider clock, ILogger<ReplicaLeadership> logger)
    {
        var lease = new NamespacedName(options.Namespace, LeaseName);
        _lease = lease.ToString();
        _self = new Replica(options.Instance, options.Endpoint).ToString();
        _clock = clock;
        _election = new LeaseElection(
            client, new LeaseElectionOptions { Lease = lease, Identity = _self, TimeProvider = clock, Metrics = metrics, NewHolder = See }, logger);
    }

    /// <summary>Lets writes pass while this replica leads.</summary>
    public WriteFence Fence => _election.Fence;

    /// <summary>Since when this replica leads; null before.</summary>
    public DateTimeOffset? Since => _term?.Since;

    /// <summary>The replica that leads instead of this one; null where none is known.</summary>
    public Replica? Other => _election.Holder is { } holder && holder != _self ? Replica.Parse(holder) : null;

    /// <summary>Waits for the lease, and leads whenever it can be held.</summary>
    /// <param name="lead">The leader's work, until its token is cancelled; begun again when the lease could not be renewed for a while.</param>
    /// <param name="cancellationToken">The process ends: the lease is given up.</param>
    /// <exception cref="LeadershipLostException">Another replica has led since this one did.</exception>
    public async Task RunAsync(Func<CancellationToken, Task> lead, CancellationToken cancellationToken)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task leading = LeadAsync(lead, over.Token);
        await Task.WhenAny(leading, _superseded.Task);
        await over.CancelAsync();
        await leading.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (_superseded.Task.IsCompleted)
            throw new LeadershipLostException(_lease);
        await leading;
    }

    private async Task LeadAsync(Func<CancellationToken, Task> lead, CancellationToken cancellationToken)
    {
        while (!_superseded.Task.IsCompleted)
            await _election.RunAsync(token => BeginAsync(lead, token), cancellationToken);
    }

    private Task BeginAsync(Func<CancellationToken, Task> lead, CancellationToken cancellationToken)
    {
        int number = _election.Transitions;
        // Another may have come and gone unseen.
        if (_term is { } last && last.Number != number)
        {
            _superseded.TrySetResult();
            return Task.CompletedTask;
        }

        _term ??= new Term(number, _clock.GetUtcNow());
        return lead(cancellationToken);
    }

    private void See(string holder)
    {
        if (_term is not null && holder != _self)
            _superseded.TrySetResult();
    }

    private sealed record Term(int Number, DateTimeOffset Since);
}
