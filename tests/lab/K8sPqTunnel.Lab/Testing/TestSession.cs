using K8sPqTunnel.Lab.Caching;
using K8sPqTunnel.Lab.Guests;
using K8sPqTunnel.Lab.Kubernetes;
using K8sPqTunnel.Lab.Networks;
using K8sPqTunnel.Lab.Processes;
using K8sPqTunnel.Lab.Roots;
using K8sPqTunnel.Lab.Steps;

namespace K8sPqTunnel.Lab.Testing;

/// <summary>Runs test programs one after the other and adds up their reports.</summary>
/// <param name="root">The Debian 13 root, for the unit tests.</param>
/// <param name="options">Passed to each program, for example <c>-class name</c>.</param>
/// <param name="seeds">Passed to the simulation.</param>
internal sealed class TestSession(Repository repository, StepRunner steps, string root, IReadOnlyList<string> options, SimulationSeeds seeds)
{
    /// <summary>In the repository.</summary>
    internal const string UnitFolder = "tests";

    private const string OnModern = " on a modern API server";
    private const int LinesQuoted = 60;
    private static readonly TimeSpan ProgramLimit = TimeSpan.FromMinutes(40);
    private readonly string _reports = repository.FreshArtifacts("tests");

    /// <summary>Where the test projects of a part are.</summary>
    internal static string FolderOf(Repository repository, TestPart part) => part == TestPart.Unit
        ? Path.Combine(repository.Root, UnitFolder)
        : Path.Combine(repository.Root, UnitFolder, part.ToString().ToLowerInvariant());

    public async Task<TestReport> RunAsync(TestPart part, CancellationToken cancellationToken)
    {
        if (part == TestPart.Kernel)
            return await RunInGuestAsync(cancellationToken);
        TestReport total = await RunAllAsync(TestProgram.Below(FolderOf(repository, part)), "",
            part is TestPart.Unit or TestPart.Sim ? RunInSandboxAsync : (command, stop) => command.RunAsync(stop), [], cancellationToken);
        return part == TestPart.Cluster
            ? total.Plus(await RunClientsAsync(cancellationToken)).Plus(await RunModernClientsAsync(cancellationToken))
            : total;
    }

    private async Task<TestReport> RunInGuestAsync(CancellationToken cancellationToken)
    {
        KernelGuest guest;
        try
        {
            guest = await steps.RunAsync("Kernel with ESP", step => KernelGuest.StartAsync(
                repository, new DebianRootMaker(new LabCache(repository.Cache)), _reports, step, cancellationToken));
        }
        catch (LabException without)
        {
            return new TestReport(0, [], [new TestNote("tests/kernel", $"no kernel with ESP can be had here: {without.Message}")]);
        }

        await using (guest)
        {
            return await RunAllAsync(TestProgram.Below(FolderOf(repository, TestPart.Kernel)), "",
                (command, stop) => guest.RunAsync(command, ProgramLimit, stop), [], cancellationToken);
        }
    }

    // The unit test programs have tests of their own for a real API server, which skip themselves without one.
    private async Task<TestReport> RunClientsAsync(CancellationToken cancellationToken)
    {
        TestProgram[] clients = [.. TestProgram.Below(FolderOf(repository, TestPart.Unit)).Where(program => program.HasClusterTests)];
        await using ClusterForTests cluster = await ClusterForTests.StartAsync(repository, steps, root, cancellationToken);
        return await RunAllAsync(clients, " on a cluster", cluster.RunAsync, FilterOf("*.Cluster"), cancellationToken);
    }

    // What an API server of 1.20 stores without running it, and what it does not have: CEL rules and admission policies.
    private async Task<TestReport> RunModernClientsAsync(CancellationToken cancellationToken)
    {
        TestProgram[] clients = [.. TestProgram.Below(FolderOf(repository, TestPart.Unit)).Where(program => program.HasModernClusterTests)];
        string definitions = "";
        try
        {
            if (!ClusterForTests.IsGiven)
                definitions = await new DefinitionServerBuild(new LabCache(repository.Cache), steps).MakeAsync(cancellationToken);
        }
        catch (LabException without)
        {
            return new TestReport(0, [], [.. clients.Select(program =>
                new TestNote(program.Name + OnModern, $"no API server that evaluates CEL can be had here: {without.Message}"))]);
        }

        try
        {
            await using ClusterForTests cluster = ClusterForTests.IsGiven
                ? await ClusterForTests.StartAsync(repository, steps, root, cancellationToken)
                : await ClusterForTests.StartModernAsync(repository, steps, root, definitions, cancellationToken);
            return await RunAllAsync(clients, OnModern, cluster.RunAsync, FilterOf("*.ModernCluster"), cancellationToken);
        }
        catch (LabException silent)
        {
            // The server was built and does not serve: no reason to skip, and none to lose what the other tests have said.
            return TestReport.Broken(clients[0].Name + OnModern, silent.Message);
        }
    }

    private string[] FilterOf(string @namespace) => options.Contains("-filter") ? [] : ["-namespace", @namespace];

    private async Task<TestReport> RunAllAsync(
        IEnumerable<TestProgram> programs, string where, Func<Command, CancellationToken, Task<CommandResult>> run,
        string[] filter, CancellationToken cancellationToken)
    {
        TestReport total = TestReport.Empty;
        foreach (TestProgram program in programs)
        {
            TestReport report = await steps.RunAsync(program.Name + where, async step =>
            {
                TestReport one = await RunOneAsync(program, program.Name + where.Replace(' ', '-'), run, filter, cancellationToken);
                step.Note = one.ToString();
                step.Failed = one.Failed.Count > 0;
                return one;
            });
            total = total.Plus(report);
        }

        return total;
    }

    private async Task<TestReport> RunOneAsync(
        TestProgram program, string reportName, Func<Command, CancellationToken, Task<CommandResult>> run,
        string[] filter, CancellationToken cancellationToken)
    {
        if (!File.Exists(program.Assembly))
            return TestReport.Broken(program.Name, $"{program.Assembly} was not built.");
        string report = Path.Combine(_reports, $"{reportName}.xml");
        var command = new Command(
            DotnetInstallation.Program, [program.Assembly, "-noLogo", "-noColor", "-noAutoReporters", "-xml", report, .. filter, .. options])
        {
            WorkingDirectory = repository.Root,
            Environment = seeds.Variables,
            LogFile = Path.Combine(_reports, $"{reportName}.log"),
        };

        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(ProgramLimit);
        try
        {
            CommandResult result = await run(command, limit.Token);
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
            return TestReport.Broken(program.Name,
                $"it did not end within {ProgramLimit.TotalMinutes:0} minutes and was killed. Its log begins:\n{Quote(command.LogFile)}");
        }
    }

    // The first failures are said early, and are often what holds the others up.
    private static string Quote(string? log) => File.Exists(log) ? string.Join('\n', File.ReadLines(log).Take(LinesQuoted)) : "";

    private async Task<CommandResult> RunInSandboxAsync(Command command, CancellationToken cancellationToken)
    {
        using Site site = await Site.CreateAsync("tests", root, repository.Binds, cancellationToken);
        return await site.RunAsync(command, cancellationToken);
    }
}
