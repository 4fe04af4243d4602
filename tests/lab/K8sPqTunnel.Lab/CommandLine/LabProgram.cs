using System.CommandLine;

namespace K8sPqTunnel.Lab.CommandLine;

/// <summary>Runs a command line of the lab's programs: expected failures are one sentence, and an interruption leaves nothing behind.</summary>
public static class LabProgram
{
    // Long enough to end daemons and delete what a cancelled step had begun.
    private static readonly TimeSpan CleanUpTime = TimeSpan.FromSeconds(30);

    public static async Task<int> InvokeAsync(RootCommand root, string[] args)
    {
        var configuration = new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = CleanUpTime };
        try
        {
            return await root.Parse(args).InvokeAsync(configuration);
        }
        catch (LabException e)
        {
            await Console.Error.WriteLineAsync(e.Message);
            return 1;
        }
        catch (OperationCanceledException)
        {
            await Console.Error.WriteLineAsync("Interrupted; everything that was made is removed again.");
            return 1;
        }
    }
}
