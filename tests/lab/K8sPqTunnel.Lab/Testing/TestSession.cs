using K8sPqTunnel.Lab.Networks;
using K8sPqTunnel.Lab.Processes;
using K8sPqTunnel.Lab.Steps;

namespace K8sPqTunnel.Lab.Testing;

/// <summary>Runs test programs one after the other and adds up their reports.</summary>
/// <param name="root">The Debian 13 root, for the unit tests.</param>
/// <param name="options">Passed to each program, for example <c>-class name</c>.</param>
internal sealed class TestSession(Repository repository, StepRunner steps, string root, IReadOnlyList<string> options)
{
    private static readonly TimeSpan ProgramLimit = TimeSpan.FromMinutes(40);
    private readonly string _reports = repository.FreshArtifacts("tests");

    public async Task<TestReport> RunAsync(TestPart part, CancellationToken cancellationToken)
    {
        TestReport total = TestReport.Empty;
        string folder = part == TestPart.Unit ? "tests" : Path.Combine("tests", part.ToString().ToLowerInvariant());
        foreach (TestProgram program in TestProgram.Below(Path.Combine(repository.Root, folder)))
        {
            TestReport report = await steps.RunAsync(program.Name, async step =>
            {
                TestReport one = await RunAsync(program, inSandbox: part == TestPart.Unit, cancellationToken);
                step.Note = one.ToString();
                step.Failed = one.Failed.Count > 0;
                return one;
            });
            total = total.Plus(report);
        }

        return total;
    }

    private async Task<TestReport> RunAsync(TestProgram program, bool inSandbox, CancellationToken cancellationToken)
    {
        if (!File.Exists(program.Assembly))
            return TestReport.Broken(program.Name, $"{program.Assembly} was not built.");
        string report = Path.Combine(_reports, $"{program.Name}.xml");
        var command = new Command(
            DotnetInstallation.Program, [program.Assembly, "-noLogo", "-noColor", "-noAutoReporters", "-xml", report, .. options])
        {
            WorkingDirectory = repository.Root,
            LogFile = Path.Combine(_reports, $"{program.Name}.log"),
        };

        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(ProgramLimit);
        try
        {
            CommandResult result = inSandbox ? await RunInSandboxAsync(command, limit.Token) : await command.RunAsync(limit.Token);
            if (!File.Exists(report))
                return TestReport.Broken(program.Name, $"it ended with status {result.ExitCode} and without a report:\n{result.Output}{result.Errors}");
            TestReport read = TestReport.Read(program.Name, report);
            // Killed or crashed after the report was begun.
            return result.Succeeded || read.Failed.Count > 0
                ? read
                : read.Plus(TestReport.Broken(program.Name, $"it ended with status {result.ExitCode}:\n{result.Errors}"));
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return TestReport.Broken(program.Name, $"it did not end within {ProgramLimit.TotalMinutes:0} minutes and was killed.");
        }
    }

    private async Task<CommandResult> RunInSandboxAsync(Command command, CancellationToken cancellationToken)
    {
        using Site site = await Site.CreateAsync("tests", root, repository.Binds, cancellationToken);
        return await site.RunAsync(command, cancellationToken);
    }
}
