using K8sPqTunnel.Lab.Caching;

namespace K8sPqTunnel.Lab.Tests.Caching;

public sealed class LabCacheTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("lab-cache").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_folder_is_made_once_for_the_same_inputs()
    {
        var cache = new LabCache(_folder);
        int made = 0;

        CachedFolder first = await MakeAsync(cache, "a", _ => made++);
        CachedFolder second = await MakeAsync(cache, "a", _ => made++);
        await MakeAsync(cache, "b", _ => made++);

        Assert.Equal((false, true), (first.Reused, second.Reused));
        Assert.Equal(first.Path, second.Path);
        Assert.Equal(2, made);
    }

    [Fact]
    public async Task A_half_made_folder_is_made_again_from_nothing()
    {
        var cache = new LabCache(_folder);
        await Assert.ThrowsAsync<LabException>(() => MakeAsync(cache, "a", folder =>
        {
            File.WriteAllText(Path.Combine(folder, "half"), "");
            throw new LabException("stop");
        }));

        CachedFolder whole = await MakeAsync(cache, "a", folder => File.WriteAllText(Path.Combine(folder, "whole"), ""));

        Assert.False(whole.Reused);
        Assert.Equal(["whole"], Directory.EnumerateFiles(whole.Path).Select(Path.GetFileName));
    }

    [Fact]
    public async Task Two_at_once_make_it_once()
    {
        var cache = new LabCache(_folder);
        int made = 0;

        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() => MakeAsync(cache, "a", _ => Interlocked.Increment(ref made)))));

        Assert.Equal(1, made);
    }

    [Fact]
    public void The_boundary_between_inputs_counts() =>
        Assert.NotEqual(Fingerprint.Of(["ab", "c"]), Fingerprint.Of(["a", "bc"]));

    private static Task<CachedFolder> MakeAsync(LabCache cache, string input, Action<string> make) =>
        cache.FolderAsync("thing", [input], folder =>
        {
            make(folder);
            return Task.CompletedTask;
        }, CancellationToken.None);
}
