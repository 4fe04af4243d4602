using K8sPqTunnel.Lab;
using K8sPqTunnel.Lab.Caching;
using K8sPqTunnel.Lab.Networks;
using K8sPqTunnel.Lab.Roots;
using K8sPqTunnel.Lab.Steps;

[assembly: AssemblyFixture(typeof(K8sPqTunnel.Interop.Tests.Realm))]

namespace K8sPqTunnel.Interop.Tests;

/// <summary>What all tests share: the checkout and the roots. Each test makes its own network.</summary>
public sealed class Realm : IAsyncLifetime
{
    public Repository Repository { get; } = Repository.Find();

    public string Debian13 { get; private set; } = "";

    /// <summary>Its OpenSSL is too old for ML-KEM.</summary>
    public string Debian12 { get; private set; } = "";

    public string HybridStrongSwan { get; private set; } = "";

    public string ClassicalStrongSwan { get; private set; } = "";

    private string Artifacts { get; set; } = "";

    public async ValueTask InitializeAsync()
    {
        Artifacts = Repository.FreshArtifacts("interop");
        var maker = new DebianRootMaker(new LabCache(Repository.Cache));
        Debian13 = await MakeAsync(maker, LabRoots.Debian13);
        Debian12 = await MakeAsync(maker, LabRoots.Debian12);
        HybridStrongSwan = await MakeAsync(maker, LabRoots.StrongSwan);
        ClassicalStrongSwan = await MakeAsync(maker, LabRoots.ClassicalStrongSwan);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    /// <summary>A folder for the logs and captures of the calling test.</summary>
    public string FolderOf(string test) => Directory.CreateDirectory(Path.Combine(Artifacts, test)).FullName;

    public Task<TunnelNetwork> CreateNetworkAsync(int? path = null) =>
        TunnelNetwork.CreateAsync(Debian13, Repository.Binds, TestContext.Current.CancellationToken, path: path);

    /// <summary>Another root, made if the cache does not hold it.</summary>
    public Task<string> RootAsync(DebianRoot root, CancellationToken cancellationToken) =>
        new DebianRootMaker(new LabCache(Repository.Cache)).MakeAsync(root, new Step(root.Name), cancellationToken);

    private static Task<string> MakeAsync(DebianRootMaker maker, DebianRoot root) =>
        maker.MakeAsync(root, new Step(root.Name), TestContext.Current.CancellationToken);
}
