using System.Collections.Concurrent;
using K8sPqTunnel.Lab.Processes;

namespace K8sPqTunnel.Lab.Sandboxes;

/// <summary>The thread that starts a sandbox's processes.</summary>
/// <remarks>
/// prctl(2) PR_SET_PDEATHSIG kills a child when the <em>thread</em> that started it ends, so a pool thread will not do:
/// this one lives exactly as long as the sandbox, even when the lab itself is killed.
/// </remarks>
internal sealed class SpawnThread : IDisposable
{
    private readonly BlockingCollection<Action> _requests = [];
    private readonly Thread _thread;

    public SpawnThread()
    {
        _thread = new Thread(Serve) { IsBackground = true, Name = "spawn" };
        _thread.Start();
    }

    public Task<RunningCommand> StartAsync(Command command)
    {
        var started = new TaskCompletionSource<RunningCommand>(TaskCreationOptions.RunContinuationsAsynchronously);
        _requests.Add(() =>
        {
            try
            {
                started.SetResult(command.Start());
            }
            catch (LabException e)
            {
                started.SetException(e);
            }
        });
        return started.Task;
    }

    public void Dispose()
    {
        _requests.CompleteAdding();
        _thread.Join();
        _requests.Dispose();
    }

    private void Serve()
    {
        foreach (Action request in _requests.GetConsumingEnumerable())
            request();
    }
}
