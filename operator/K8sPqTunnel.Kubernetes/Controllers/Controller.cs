using K8sPqTunnel.Kubernetes.Client;
using K8sPqTunnel.Kubernetes.WorkQueues;
using Microsoft.Extensions.Logging;

namespace K8sPqTunnel.Kubernetes.Controllers;

/// <summary>Workers that take keys from a queue and reconcile them.</summary>
/// <param name="options">The queue; its name is the controller's.</param>
/// <param name="reconcile">The work.</param>
/// <param name="workers">How many keys are worked on at the same time.</param>
/// <param name="logger">Failures and defects.</param>
public sealed class Controller<TKey>(WorkQueueOptions options, Reconcile<TKey> reconcile, int workers, ILogger logger) : IDisposable
    where TKey : notnull
{
    /// <summary>Informers' handlers put the keys here.</summary>
    public WorkQueue<TKey> Queue { get; } = new(options);

    /// <summary>Works until the token is cancelled, and then until the running reconciles have ended.</summary>
    public Task RunAsync(CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(workers, 1);
        return Task.WhenAll(Enumerable.Range(0, workers).Select(_ => Task.Run(() => WorkAsync(cancellationToken), CancellationToken.None)));
    }

    public void Dispose() => Queue.Dispose();

    private async Task WorkAsync(CancellationToken cancellationToken)
    {
        try
        {
            while (await Queue.WaitAsync(cancellationToken))
            {
                while (!cancellationToken.IsCancellationRequested && Queue.TryTake(out var key))
                    await WorkOnAsync(key, cancellationToken);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The process ends.
        }
    }

    private async Task WorkOnAsync(TKey key, CancellationToken cancellationToken)
    {
        try
        {
            var result = await ReconcileAsync(key, cancellationToken);
            if (result.Failure is { } why)
            {
                Queue.AddRateLimited(key, atLeast: result.Again ?? TimeSpan.Zero);
                if (result.IsConflict)
                    ControllerLog.Conflict(logger, options.Name, key.ToString()!, Queue.Failures(key), why);
                else
                    ControllerLog.Failed(logger, options.Name, key.ToString()!, Queue.Failures(key), why);
                return;
            }

            Queue.Forget(key);
            if (result.Again is { } delay)
                Queue.AddAfter(key, delay);
            if (!result.IsGone && options.Resync is { } resync)
                Queue.AddAfter(key, resync * (1 + Random.Shared.NextDouble()));
        }
        finally
        {
            Queue.Done(key);
        }
    }

    private async Task<ReconcileResult> ReconcileAsync(TKey key, CancellationToken cancellationToken)
    {
        try
        {
            return await reconcile(key, cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            throw;
        }
        catch (ApiException e)
        {
            return ReconcileResult.Refused(e);
        }
        catch (KubernetesException e)
        {
            return ReconcileResult.Failed(e.Message);
        }
#pragma warning disable CA1031 // One object that meets a defect must not stop the work on all others: logged, and tried again.
        catch (Exception e)
#pragma warning restore CA1031
        {
            ControllerLog.Defect(logger, e, options.Name, key.ToString()!);
            return ReconcileResult.Failed(e.Message);
        }
    }
}
