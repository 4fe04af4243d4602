using K8sPqTunnel.Bench.Credentials;
using K8sPqTunnel.Bench.Peers;
using K8sPqTunnel.Bench.Suites;
using K8sPqTunnel.Lab;
using K8sPqTunnel.Lab.Caching;
using K8sPqTunnel.Lab.Roots;
using K8sPqTunnel.Lab.Steps;

namespace K8sPqTunnel.Bench.Handshakes;

/// <summary>What has to be there before anything is measured.</summary>
/// <param name="Debian13">The root that our processes run in, for OpenSSL 3.5.</param>
/// <param name="Charons">By <see cref="CharonRelease.Name"/>; without those that cannot be had.</param>
/// <param name="Program">Our processes' program.</param>
/// <param name="Folder">For configurations.</param>
internal sealed record HandshakeStage(
    string Debian13, IReadOnlyDictionary<string, CharonProgram> Charons, BenchProgramFile Program, string Folder)
{
    public static async Task<HandshakeStage> PrepareAsync(Repository repository, StepRunner steps, CancellationToken cancellationToken)
    {
        var cache = new LabCache(repository.Cache);
        var roots = new DebianRootMaker(cache);
        string debian13 = "";
        BenchProgramFile? program = null;
        await steps.RunAllAsync(
            new LabStep("Our program, compiled ahead", async step => program = await BenchProgramFile.PublishBenchAsync(repository, step, cancellationToken)),
            new LabStep("Debian 13 root, for OpenSSL 3.5", async step => debian13 = await roots.MakeAsync(LabRoots.Debian13, step, cancellationToken)));
        Dictionary<string, CharonProgram> charons = [];
        foreach (CharonRelease release in CharonRelease.All)
        {
            if (await steps.RunAsync($"strongSwan {release.Name} and its load-tester", step => MakeAsync(cache, roots, release, step, cancellationToken)) is { } charon)
                charons.Add(release.Name, charon);
        }

        string folder = repository.FreshArtifacts("bench-handshake");
        foreach (AuthenticationKind kind in new[] { AuthenticationKind.EcdsaP256, AuthenticationKind.EcdsaP384 })
            BenchAuthority.Make(CredentialsOf(folder, kind), kind);
        return new HandshakeStage(debian13, charons, program!, folder);
    }

    /// <summary>Keys and certificates for a trial.</summary>
    public string CredentialsOf(Trial trial) => CredentialsOf(Folder, trial.Authentication);

    private static string CredentialsOf(string folder, AuthenticationKind kind) => Path.Combine(folder, $"{kind}");

    private static async Task<CharonProgram?> MakeAsync(
        LabCache cache, DebianRootMaker roots, CharonRelease release, Step step, CancellationToken cancellationToken)
    {
        string root = await roots.MakeAsync(release.Root, step, cancellationToken);
        try
        {
            return new CharonProgram(root, await new LoadTesterBuild(cache, roots, release).MakeAsync(root, step, cancellationToken));
        }
        catch (LabException e) when (release.IsOptional)
        {
            step.Note = $"LEFT OUT, and all its rows: {e.Message}";
            return null;
        }
    }
}
