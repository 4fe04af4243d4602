using K8sPqTunnel.Lab.Caching;
using K8sPqTunnel.Lab.Processes;
using K8sPqTunnel.Lab.Roots;
using K8sPqTunnel.Lab.Sandboxes;
using K8sPqTunnel.Lab.Steps;

namespace K8sPqTunnel.Lab.Kubernetes;

/// <summary>Builds the Kubernetes of Debian 12's source package, since Debian's binary package holds only kubectl.</summary>
internal sealed class KubernetesBuild(LabCache cache, DebianRootMaker roots, StepRunner steps)
{
    private const string Recipe = "1";
    private const string Package = "kubernetes";
    private const string Source = "/work/gopath/src/k8s.io/kubernetes";
    private const string Go = "/usr/lib/go-1.19/bin/go";
    private const string Reflect2 = "github.com/modern-go/reflect2";
    private const string Really = "+really";
    private const string OpenApiPackage = "pkg/generated/openapi";
    private static readonly string[] Programs = ["kube-apiserver", "kube-controller-manager", "kube-scheduler", "kubelet", "kube-proxy"];

    /// <summary>The folder with the programs; built if the cache does not hold it (4 to 8 minutes on two cores).</summary>
    public async Task<string> MakeAsync(CancellationToken cancellationToken)
    {
        CachedFolder made = await cache.FolderAsync("kubernetes", [Recipe, KubernetesRoots.Suite, .. Programs], async folder =>
        {
            string work = Directory.CreateDirectory($"{folder}.work").FullName;
            try
            {
                await BuildAsync(work, folder, cancellationToken);
            }
            finally
            {
                Directory.Delete(work, recursive: true);
            }
        }, cancellationToken);
        if (made.Reused)
            await steps.RunAsync("Kubernetes 1.20", step => Task.FromResult(step.Note = "cached"));
        return made.Path;
    }

    private async Task BuildAsync(string work, string output, CancellationToken cancellationToken)
    {
        string root = await steps.RunAsync("Go and Debian's build tools", step => roots.MakeAsync(KubernetesRoots.Build, step, cancellationToken));
        using var sandbox = new Sandbox(new SandboxSpec(root) { Binds = [new Bind(work, "/work"), new Bind(output, "/output")] });
        string version = await steps.RunAsync("Kubernetes source", step => FetchAsync(work, root, sandbox, step, cancellationToken));
        await steps.RunAsync("Kubernetes generated code", _ => GenerateOpenApiAsync(work, sandbox, cancellationToken));
        await steps.RunAsync("Kubernetes programs", async step =>
        {
            step.Note = $"{version}: {string.Join(", ", Programs)}";
            await RunAsync(sandbox, cancellationToken,
                ["build", "-ldflags", LinkerFlags(version), "-o", "/output/", .. Programs.Select(program => $"./cmd/{program}")]);
        });
    }

    /// <summary>Gets and unpacks the source package; gives the version of Kubernetes in it, such as <c>1.20.2</c>.</summary>
    private static async Task<string> FetchAsync(string work, string root, Sandbox sandbox, Step step, CancellationToken cancellationToken)
    {
        var apt = new AptState(Path.Combine(work, "apt"), KubernetesRoots.Suite, await DebianMirror.FindAsync(cancellationToken), withSources: true);
        await apt.UpdateAsync(cancellationToken);
        (await apt.RunAsync(cancellationToken, "source", "--download-only", Package)).EnsureSuccess();
        string description = Path.GetFileName(Directory.GetFiles(Path.Combine(work, "apt"), $"{Package}_*.dsc").Single());
        string version = VersionOf(description);
        step.Note = version;

        Directory.CreateDirectory(Path.Combine(work, "gopath/src/k8s.io"));
        // apt has checked the archive's signature over the package already.
        (await sandbox.RunAsync(new Command("dpkg-source", "--no-check", "-x", $"/work/apt/{description}", Source), cancellationToken)).EnsureSuccess();

        // reflect2 1.0.1, which the source carries, corrupts memory with Go 1.18 and later (modern-go/reflect2#24); Debian packages 1.0.2.
        string vendored = Path.Combine(work, "gopath/src/k8s.io/kubernetes/vendor", Reflect2);
        foreach (string file in SourceFiles(vendored))
            File.Delete(file);
        foreach (string file in SourceFiles(Path.Combine(root, "usr/share/gocode/src", Reflect2)))
            File.Copy(file, Path.Combine(vendored, Path.GetFileName(file)));
        return version;
    }

    /// <summary>Debian's version 1.20.5+really1.20.2-1.1 is upstream's 1.20.2.</summary>
    internal static string VersionOf(string descriptionFile)
    {
        string version = Path.GetFileNameWithoutExtension(descriptionFile)[(Package.Length + 1)..].Split('-')[0];
        int really = version.IndexOf(Really, StringComparison.Ordinal);
        return really < 0 ? version.Split('+')[0] : version[(really + Really.Length)..];
    }

    /// <summary>The one generated package that the source lacks.</summary>
    private static async Task GenerateOpenApiAsync(string work, Sandbox sandbox, CancellationToken cancellationToken)
    {
        string source = Path.Combine(work, "gopath/src/k8s.io/kubernetes");
        IEnumerable<string> inputs = OpenApiInputs.Find(source).Select(folder => $"k8s.io/kubernetes/{folder}");
        await RunAsync(sandbox, cancellationToken, "build", "-o", "/work/openapi-gen", "./vendor/k8s.io/kube-openapi/cmd/openapi-gen");
        (await sandbox.RunAsync(new Command("/work/openapi-gen",
            "--logtostderr",
            "-i", string.Join(',', inputs),
            "-p", $"k8s.io/kubernetes/{OpenApiPackage}",
            "-O", "zz_generated.openapi",
            "-h", "vendor/k8s.io/code-generator/hack/boilerplate.go.txt",
            "-r", "/work/violations")
        { WorkingDirectory = Source, Environment = GoEnvironment }, cancellationToken)).EnsureSuccess();

        // The list of deviations that upstream accepts: an equal one shows that all inputs were seen.
        string expected = await File.ReadAllTextAsync(Path.Combine(source, "api/api-rules/violation_exceptions.list"), cancellationToken);
        if (await File.ReadAllTextAsync(Path.Combine(work, "violations"), cancellationToken) != expected)
            throw new LabException("The generated OpenAPI of Kubernetes deviates from what its source expects: other inputs were found than upstream's.");
    }

    private static IEnumerable<string> SourceFiles(string folder) =>
        Directory.EnumerateFiles(folder).Where(file => Path.GetExtension(file) is ".go" or ".s");

    private static string LinkerFlags(string version)
    {
        string[] numbers = version.Split('.');
        (string Name, string Value)[] variables =
        [
            ("gitVersion", $"v{version}"), ("gitMajor", numbers[0]), ("gitMinor", numbers[1]), ("gitTreeState", "clean"), ("gitCommit", "debian"),
        ];
        string[] packages = ["k8s.io/client-go/pkg/version", "k8s.io/component-base/version"];
        IEnumerable<string> settings = packages.SelectMany(_ => variables, (package, each) => $"-X k8s.io/kubernetes/vendor/{package}.{each.Name}={each.Value}");
        return $"-s -w {string.Join(' ', settings)}";
    }

    private static async Task RunAsync(Sandbox sandbox, CancellationToken cancellationToken, params string[] arguments) =>
        (await sandbox.RunAsync(new Command(Go, arguments) { WorkingDirectory = Source, Environment = GoEnvironment }, cancellationToken)).EnsureSuccess();

    private static readonly Dictionary<string, string> GoEnvironment = new()
    {
        ["GOROOT"] = "/usr/lib/go-1.19",
        ["GOPATH"] = "/work/gopath",
        ["GOCACHE"] = "/work/gocache",
        ["GO111MODULE"] = "off",                                // built in a GOPATH, from what the source package vendors
        ["GOPROXY"] = "off",
        ["CGO_ENABLED"] = "0",
        ["PATH"] = "/usr/lib/go-1.19/bin:/usr/bin:/bin",        // openapi-gen runs "go list"
    };
}
