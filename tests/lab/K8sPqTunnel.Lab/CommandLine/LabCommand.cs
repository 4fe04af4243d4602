using System.CommandLine;
using K8sPqTunnel.Lab.Steps;

namespace K8sPqTunnel.Lab.CommandLine;

/// <summary>The lab's command line: what <c>demo.sh</c>, <c>test.sh</c> and a curious developer call.</summary>
internal static class LabCommand
{
    public static Task<int> InvokeAsync(string[] args, Repository repository)
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
        return LabProgram.InvokeAsync(root, args);
    }
}
