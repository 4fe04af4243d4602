using System.Net.Sockets;
using System.Text;
using K8sPqTunnel.Lab;

namespace K8sPqTunnel.Bench.Peers;

/// <summary>Has charon's load-tester set up SAs, by the plugin's own socket: each order is a number and a pause between, its answer a sign for each.</summary>
internal static class LoadTesterControl
{
    public const string SocketFile = "run/charon.ldt";

    private const char Established = '+';

    // charon gives an SA up after some minutes of repeats.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    /// <summary>Sets up SAs, so many at a time.</summary>
    /// <returns>How many are up.</returns>
    public static async Task<int> InitiateAsync(int processId, int count, int window, CancellationToken cancellationToken)
    {
        int established = 0;
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Patience);
        try
        {
            // One order is over when the last of its SAs is: several of them side by side leave no gap.
            int each = window / 4;
            await Parallel.ForEachAsync(Enumerable.Range(0, count / each), new ParallelOptions { MaxDegreeOfParallelism = 4, CancellationToken = limit.Token }, async (_, stop) =>
                Interlocked.Add(ref established, await OrderAsync(processId, each, stop)));
            return established;
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw new LabException($"charon has set up {established} of {count} IKE SAs within {Patience.TotalMinutes:0} minutes.", e);
        }
    }

    private static async Task<int> OrderAsync(int processId, int count, CancellationToken cancellationToken)
    {
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await socket.ConnectAsync(new UnixDomainSocketEndPoint($"/proc/{processId}/root/{SocketFile}"), cancellationToken);
        await using var stream = new NetworkStream(socket);
        await stream.WriteAsync(Encoding.ASCII.GetBytes($"{count} 0\n"), cancellationToken);
        using var reader = new StreamReader(stream, Encoding.ASCII);
        return (await reader.ReadToEndAsync(cancellationToken)).Count(sign => sign == Established);
    }
}
