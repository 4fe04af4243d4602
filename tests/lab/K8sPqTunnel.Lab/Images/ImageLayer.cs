using System.Formats.Tar;
using System.Security.Cryptography;

namespace K8sPqTunnel.Lab.Images;

/// <summary>One layer of a container image: an uncompressed tar file and its digest (OCI image-spec, layer.md).</summary>
/// <param name="TarFile">The tar file on disk.</param>
/// <param name="Digest">SHA-256 of the uncompressed tar in lower-case hex: the image's <c>diff_id</c> without its prefix.</param>
internal sealed record ImageLayer(string TarFile, string Digest)
{
    /// <summary>Packs a folder under <paramref name="prefix"/> (<c>""</c> or <c>"app"</c>) into <paramref name="tarFile"/>.</summary>
    /// <remarks>
    /// The same folder always gives the same digest: entries are sorted, owned by root and dated 1970. Symbolic links stay links;
    /// device nodes, sockets and pipes are left out, since a container gets its /dev from the runtime.
    /// </remarks>
    public static ImageLayer Pack(string folder, string prefix, string tarFile)
    {
        using (FileStream output = File.Create(tarFile))
        using (var writer = new TarWriter(output, TarEntryFormat.Pax))
        {
            WriteParents(writer, prefix);
            WriteFolder(writer, folder, prefix);
        }

        return new ImageLayer(tarFile, DigestOf(tarFile));
    }

    private static void WriteFolder(TarWriter writer, string folder, string name)
    {
        foreach (string path in Directory.EnumerateFileSystemEntries(folder).Order(StringComparer.Ordinal))
            WriteEntry(writer, path, name.Length == 0 ? Path.GetFileName(path) : $"{name}/{Path.GetFileName(path)}");
    }

    private static void WriteParents(TarWriter writer, string prefix)
    {
        string[] parts = prefix.Split('/', StringSplitOptions.RemoveEmptyEntries);
        for (int depth = 1; depth <= parts.Length; depth++)
            writer.WriteEntry(Dated(new PaxTarEntry(TarEntryType.Directory, string.Join('/', parts[..depth]) + "/") { Mode = EveryoneReads }));
    }

    private static void WriteEntry(TarWriter writer, string path, string name)
    {
        FileAttributes attributes = File.GetAttributes(path);
        if (new FileInfo(path).LinkTarget is { } target)
        {
            writer.WriteEntry(Dated(new PaxTarEntry(TarEntryType.SymbolicLink, name) { LinkName = target }));
        }
        else if (attributes.HasFlag(FileAttributes.Directory))
        {
            writer.WriteEntry(Dated(new PaxTarEntry(TarEntryType.Directory, name + "/") { Mode = File.GetUnixFileMode(path) }));
            WriteFolder(writer, path, name);
        }
        else if (!attributes.HasFlag(FileAttributes.Device))
        {
            using FileStream data = File.OpenRead(path);
            writer.WriteEntry(Dated(new PaxTarEntry(TarEntryType.RegularFile, name) { Mode = File.GetUnixFileMode(path), DataStream = data }));
        }
    }

    private static PaxTarEntry Dated(PaxTarEntry entry)
    {
        entry.ModificationTime = DateTimeOffset.UnixEpoch;
        return entry;
    }

    private const UnixFileMode EveryoneReads =
        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute |
        UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;

    private static string DigestOf(string file)
    {
        using FileStream stream = File.OpenRead(file);
        return Convert.ToHexStringLower(SHA256.HashData(stream));
    }
}
