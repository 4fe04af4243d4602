using System.CommandLine;
using K8sPqTunnel.Lab.Steps;

namespace K8sPqTunnel.Lab.CommandLine;

/// <summary>The lab's command line: what <c>demo.sh</c>, <c>test.sh</c> and a curious developer call.</summary>
internal static class LabCommand
{
    // Long enough to end daemons and delete what a cancelled step had begun.
    private static readonly TimeSpan CleanUpTime = TimeSpan.FromSeconds(30);

    public static async Task<int> InvokeAsync(string[] args, Repository repository)
    {
        var steps = new StepRunner(LabConsole.Create());
        var root = new RootCommand("Runs the demo and the tests of K8sPqTunnel on real parts.")
        {
            DemoCommand.Create(repository, steps),
            TestCommand.Create(repository, steps),
            RootsCommand.Create(repository, steps),
            ClusterCommand.Create(repository, steps),
            ImagesCommand.Create(repository, steps),
        };
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
