using K8sPqTunnel.Lab.Caching;
using K8sPqTunnel.Lab.Processes;
using K8sPqTunnel.Lab.Roots;
using K8sPqTunnel.Lab.Sandboxes;
using K8sPqTunnel.Lab.Steps;

namespace K8sPqTunnel.Lab.Kubernetes;

/// <summary>
/// Builds the part of a present Kubernetes' API server that serves custom resources (apiextensions-apiserver), from the libraries of Debian's unstable suite: CEL
/// rules, their cost and ValidatingAdmissionPolicies are judged by the code that a real cluster has.
/// </summary>
internal sealed class DefinitionServerBuild(LabCache cache, StepRunner steps)
{
    public const string Program = "apiextensions-apiserver";

    private const string Recipe = "1";
    private const string ImportPath = $"k8s.io/{Program}";
    private const string VersionFile = "version";

    // The oldest that these tests speak of.
    private const int OldestMinor = 36;

    // Whatever hangs there must not hold up the other tests.
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(20);

    /// <summary>The program; built if the cache does not hold it (3 to 6 minutes on two cores).</summary>
    /// <exception cref="LabException">It cannot be had today: the unstable suite has moved on, or no network.</exception>
    public async Task<string> MakeAsync(CancellationToken cancellationToken)
    {
        CachedFolder made = await cache.FolderAsync("definition-server", [Recipe, .. KubernetesRoots.DefinitionServerBuild.Packages], async folder =>
        {
            string work = Directory.CreateDirectory($"{folder}.work").FullName;
            try
            {
                await BuildInTimeAsync(work, folder, cancellationToken);
            }
            finally
            {
                Directory.Delete(work, recursive: true);
            }
        }, cancellationToken);
        if (made.Reused)
        {
            string version = await File.ReadAllTextAsync(Path.Combine(made.Path, VersionFile), cancellationToken);
            await steps.RunAsync("custom resources of a present Kubernetes", step => Task.FromResult(step.Note = $"{version}, cached"));
        }

        return Path.Combine(made.Path, Program);
    }

    private async Task BuildInTimeAsync(string work, string output, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Limit);
        try
        {
            await BuildAsync(work, output, limit.Token);
        }
        catch (OperationCanceledException late) when (!cancellationToken.IsCancellationRequested)
        {
            throw new LabException($"{Program} was not built within {Limit.TotalMinutes:0} minutes.", late);
        }
    }

    private async Task BuildAsync(string work, string output, CancellationToken cancellationToken)
    {
        // A root of 2.6 GB which nothing else needs: it goes with the work folder.
        var roots = new DebianRootMaker(new LabCache(Path.Combine(work, "roots")));
        string root = await steps.RunAsync("Go and the libraries of Kubernetes",
            step => roots.MakeAsync(KubernetesRoots.DefinitionServerBuild, step, cancellationToken));
        await steps.RunAsync("custom resources of a present Kubernetes", async step =>
        {
            string control = Path.Combine(root, DebianRoot.ControlFolder, KubernetesRoots.DefinitionServerLibrary);
            string version = VersionOf(await File.ReadAllLinesAsync(control, cancellationToken));
            step.Note = version;
            using var sandbox = new Sandbox(new SandboxSpec(root) { Binds = [new Bind(work, "/work"), new Bind(output, "/output")] });
            (await sandbox.RunAsync(new Command("go", "build", "-ldflags", LinkerFlags(version), "-o", $"/output/{Program}", ImportPath)
            {
                Environment = GoEnvironment,
            }, cancellationToken)).EnsureSuccess();
            await File.WriteAllTextAsync(Path.Combine(output, VersionFile), version, cancellationToken);
        });
    }

    /// <summary>Debian's version 0.36.4-1 of the library belongs to Kubernetes 1.36.4.</summary>
    /// <param name="control">The lines of the package's control file.</param>
    /// <exception cref="LabException">It is older than 1.36.</exception>
    internal static string VersionOf(IEnumerable<string> control)
    {
        const string field = "Version: ";
        string packaged = control.Single(line => line.StartsWith(field, StringComparison.Ordinal))[field.Length..];
        string[] numbers = packaged.Split('-', '+', '~')[0].Split('.');
        if (numbers is not ["0", var minor, var patch] || !int.TryParse(minor, out int number) || number < OldestMinor)
            throw new LabException($"Debian {KubernetesRoots.PresentSuite} has {KubernetesRoots.DefinitionServerLibrary} {packaged}, and Kubernetes 1.{OldestMinor} or newer is wanted.");
        return $"1.{minor}.{patch}";
    }

    private static string LinkerFlags(string version)
    {
        string[] numbers = version.Split('.');
        (string Name, string Value)[] variables = [("gitVersion", $"v{version}"), ("gitMajor", numbers[0]), ("gitMinor", numbers[1])];
        return $"-s -w {string.Join(' ', variables.Select(each => $"-X k8s.io/component-base/version.{each.Name}={each.Value}"))}";
    }

    private static readonly Dictionary<string, string> GoEnvironment = new()
    {
        ["GOPATH"] = "/usr/share/gocode",                       // where Debian's packages of Go libraries put their sources
        ["GOCACHE"] = "/work/gocache",
        ["GO111MODULE"] = "off",
        ["GOPROXY"] = "off",
        ["GOTOOLCHAIN"] = "local",
        ["CGO_ENABLED"] = "0",
    };
}
