using K8sPqTunnel.Bench.Peers;
using K8sPqTunnel.Lab;
using K8sPqTunnel.Lab.Caching;
using K8sPqTunnel.Lab.Roots;
using K8sPqTunnel.Lab.Steps;

namespace K8sPqTunnel.Bench.Handshakes;

/// <summary>What has to be there before anything is measured.</summary>
/// <param name="Debian13">The root that our processes run in, for OpenSSL 3.5.</param>
/// <param name="StrongSwan">charon's root.</param>
/// <param name="LoadTester">The load-tester plugin for it.</param>
/// <param name="Program">Our processes' program.</param>
/// <param name="Folder">For configurations.</param>
internal sealed record HandshakeStage(string Debian13, string StrongSwan, string LoadTester, BenchProgramFile Program, string Folder)
{
    public static async Task<HandshakeStage> PrepareAsync(Repository repository, StepRunner steps, CancellationToken cancellationToken)
    {
        var cache = new LabCache(repository.Cache);
        var roots = new DebianRootMaker(cache);
        string debian13 = "", strongSwan = "";
        BenchProgramFile? program = null;
        await steps.RunAllAsync(
            new LabStep("Our program, compiled ahead", async step => program = await BenchProgramFile.PublishAsync(repository, step, cancellationToken)),
            new LabStep("Debian 13 root, for OpenSSL 3.5", async step => debian13 = await roots.MakeAsync(LabRoots.Debian13, step, cancellationToken)),
            new LabStep("strongSwan root", async step => strongSwan = await roots.MakeAsync(LabRoots.StrongSwan, step, cancellationToken)));
        string loadTester = await steps.RunAsync("strongSwan's load-tester", step =>
            new LoadTesterBuild(cache, roots).MakeAsync(strongSwan, step, cancellationToken));
        return new HandshakeStage(debian13, strongSwan, loadTester, program!, repository.FreshArtifacts("bench-handshake"));
    }
}
