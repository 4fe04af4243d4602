using System.Runtime.ExceptionServices;

namespace K8sPqTunnel.Lab.Sandboxes;

/// <summary>Runs work on a thread of its own that ends afterwards.</summary>
/// <remarks>unshare(2) and setns(2) change only the calling thread, which therefore must never go back to a pool.</remarks>
internal static class NamespaceThread
{
    public static T Run<T>(Func<T> work)
    {
        T result = default!;
        ExceptionDispatchInfo? failure = null;
        var thread = new Thread(() =>
        {
            try
            {
                result = work();
            }
#pragma warning disable CA1031 // Whatever it is belongs to the caller's thread, where it is thrown again.
            catch (Exception e)
#pragma warning restore CA1031
            {
                failure = ExceptionDispatchInfo.Capture(e);
            }
        });
        thread.Start();
        thread.Join();
        failure?.Throw();
        return result;
    }
}
