namespace K8sPqTunnel.Lab.Caching;

/// <summary>Folders that are made once for given inputs: the name carries the inputs' fingerprint, so the folder is its own stamp.</summary>
/// <remarks>
/// A folder is made under another name and renamed when it is complete, so a half-made one is never taken for a whole one.
/// Delete the cache folder to start over; nothing else keeps state.
/// </remarks>
public sealed class LabCache(string folder)
{
    private static readonly TimeSpan LockPoll = TimeSpan.FromMilliseconds(100);

    public string Folder { get; } = Directory.CreateDirectory(folder).FullName;

    /// <summary>Where the folder for these inputs is, or will be.</summary>
    public string PathOf(string name, params IEnumerable<string> inputs) => Path.Combine(Folder, $"{name}-{Fingerprint.Of(inputs)}");

    /// <summary>The complete folder for these inputs, made by <paramref name="make"/> (which gets an empty folder to fill) if it is not there.</summary>
    /// <returns>The folder, and whether it was there already.</returns>
    public async Task<CachedFolder> FolderAsync(
        string name, IEnumerable<string> inputs, Func<string, Task> make, CancellationToken cancellationToken)
    {
        string path = PathOf(name, inputs);
        if (Directory.Exists(path))
            return new CachedFolder(path, Reused: true);

        await using FileStream held = await LockAsync($"{path}.lock", cancellationToken);
        if (Directory.Exists(path))
            return new CachedFolder(path, Reused: true);

        string partial = $"{path}.partial";
        if (Directory.Exists(partial))
            Directory.Delete(partial, recursive: true);
        Directory.CreateDirectory(partial);
        await make(partial);
        Directory.Move(partial, path);
        return new CachedFolder(path, Reused: false);
    }

    private static async Task<FileStream> LockAsync(string path, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException) when (File.Exists(path))
            {
                // Another run is making the same folder; there is no event to wait on across processes.
                await Task.Delay(LockPoll, cancellationToken);
            }
        }
    }
}
