using System.CommandLine;
using K8sPqTunnel.Lab.CommandLine;
using K8sPqTunnel.Lab.Steps;

namespace K8sPqTunnel.Bench.CommandLine;

/// <summary>The command line of <c>bench.sh</c>, and of the processes that a benchmark starts from the same program.</summary>
internal static class BenchProgram
{
    public static Task<int> InvokeAsync(string[] args)
    {
        var steps = new StepRunner(LabConsole.Create());
        var root = new RootCommand("Measures K8sPqTunnel against its peers on this machine.")
        {
            HandshakeCommand.Create(steps),
            EspCommand.Create(steps),
            OperatorCommands.Create(steps),
            OperatorCommands.CreateRun(),
            LoadCommand.Create(),
            RespondCommand.Create(),
            PacketCommands.CreateSend(),
            PacketCommands.CreateReceive(),
            PacketCommands.CreateMove(),
        };
        return LabProgram.InvokeAsync(root, args);
    }
}
