using System.CommandLine;
using K8sPqTunnel.Lab;
using K8sPqTunnel.Lab.Steps;

namespace K8sPqTunnel.Bench.CommandLine;

/// <summary>The command line of <c>bench.sh</c>, and of the processes that a benchmark starts from the same program.</summary>
internal static class BenchProgram
{
    private static readonly TimeSpan CleanUpTime = TimeSpan.FromSeconds(30);

    public static async Task<int> InvokeAsync(string[] args)
    {
        var steps = new StepRunner(LabConsole.Create());
        var root = new RootCommand("Measures K8sPqTunnel against its peers on this machine.")
        {
            HandshakeCommand.Create(steps),
            EspCommand.Create(steps),
            LoadCommand.Create(),
            RespondCommand.Create(),
            PacketCommands.CreateSend(),
            PacketCommands.CreateReceive(),
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
