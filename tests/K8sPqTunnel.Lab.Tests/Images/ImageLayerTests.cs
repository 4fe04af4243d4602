using System.Formats.Tar;
using System.Security.Cryptography;
using K8sPqTunnel.Lab.Images;

namespace K8sPqTunnel.Lab.Tests.Images;

public sealed class ImageLayerTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("layer-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_layer_holds_folders_files_modes_and_links_below_its_prefix()
    {
        string tree = Tree("tree");
        ImageLayer layer = ImageLayer.Pack(tree, "opt/app", Tar());

        TarEntry[] entries = Entries(layer);
        Assert.Equal(
            ["opt/", "opt/app/", "opt/app/.hidden", "opt/app/bin/", "opt/app/bin/run", "opt/app/link"],
            entries.Select(entry => entry.Name));
        TarEntry program = entries.Single(entry => entry.Name == "opt/app/bin/run");
        Assert.True(program.Mode.HasFlag(UnixFileMode.UserExecute));
        Assert.Equal(0, program.Uid);
        Assert.Equal("bin/run", entries.Single(entry => entry.EntryType == TarEntryType.SymbolicLink).LinkName);
    }

    [Fact]
    public void The_digest_is_that_of_the_file_and_the_same_for_the_same_tree()
    {
        ImageLayer first = ImageLayer.Pack(Tree("one"), "", Tar());
        File.SetLastWriteTimeUtc(Path.Combine(Tree("two"), "bin/run"), DateTime.UtcNow.AddDays(-3));
        ImageLayer second = ImageLayer.Pack(Path.Combine(_folder, "two"), "", Tar());

        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(first.TarFile))), first.Digest);
        Assert.Equal(first.Digest, second.Digest);
    }

    [Fact]
    public void A_dangling_link_stays_a_link_and_a_link_to_a_folder_is_not_followed()
    {
        string tree = Directory.CreateDirectory(Path.Combine(_folder, "links")).FullName;
        File.CreateSymbolicLink(Path.Combine(tree, "dangling"), "/nowhere");
        Directory.CreateDirectory(Path.Combine(tree, "folder/inside"));
        File.CreateSymbolicLink(Path.Combine(tree, "shortcut"), "folder");

        Assert.Equal(["dangling", "folder/", "folder/inside/", "shortcut"], Entries(ImageLayer.Pack(tree, "", Tar())).Select(entry => entry.Name));
    }

    private string Tree(string name)
    {
        string tree = Directory.CreateDirectory(Path.Combine(_folder, name)).FullName;
        Directory.CreateDirectory(Path.Combine(tree, "bin"));
        File.WriteAllText(Path.Combine(tree, ".hidden"), "kept");
        string program = Path.Combine(tree, "bin/run");
        File.WriteAllText(program, "#!/bin/sh\n");
        File.SetUnixFileMode(program, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        File.CreateSymbolicLink(Path.Combine(tree, "link"), "bin/run");
        return tree;
    }

    private string Tar() => Path.Combine(_folder, $"{Guid.NewGuid():N}.tar");

    private static TarEntry[] Entries(ImageLayer layer)
    {
        using FileStream file = File.OpenRead(layer.TarFile);
        using var reader = new TarReader(file);
        var entries = new List<TarEntry>();
        while (reader.GetNextEntry(copyData: true) is { } entry)
            entries.Add(entry);
        return [.. entries];
    }
}
