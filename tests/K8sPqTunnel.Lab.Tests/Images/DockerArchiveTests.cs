using System.Formats.Tar;
using System.Security.Cryptography;
using System.Text.Json;
using K8sPqTunnel.Lab.Images;

namespace K8sPqTunnel.Lab.Tests.Images;

public sealed class DockerArchiveTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("archive-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void The_manifest_leads_to_the_configuration_and_the_layers_and_each_digest_fits_its_content()
    {
        ImageLayer[] layers = [Layer("base", "lower"), Layer("top", "upper")];
        var config = new ImageConfig { Entrypoint = ["/app/run", "--fast"], Environment = ["A=1"], User = "65532:65532" };
        string archive = Path.Combine(_folder, "image.tar");
        string id = DockerArchive.Write(archive, "localhost/test/image:dev", config, layers);

        Dictionary<string, byte[]> files = Read(archive);
        JsonElement manifest = JsonDocument.Parse(files["manifest.json"]).RootElement[0];
        Assert.Equal("localhost/test/image:dev", manifest.GetProperty("RepoTags")[0].GetString());

        byte[] configuration = files[manifest.GetProperty("Config").GetString()!];
        Assert.Equal(id, $"sha256:{Convert.ToHexStringLower(SHA256.HashData(configuration))}");
        JsonElement image = JsonDocument.Parse(configuration).RootElement;
        Assert.Equal(["/app/run", "--fast"], Strings(image.GetProperty("config").GetProperty("Entrypoint")));
        Assert.Equal(["A=1"], Strings(image.GetProperty("config").GetProperty("Env")));
        Assert.Equal("65532:65532", image.GetProperty("config").GetProperty("User").GetString());

        IEnumerable<string> packed = Strings(manifest.GetProperty("Layers")).Select(path => $"sha256:{Convert.ToHexStringLower(SHA256.HashData(files[path]))}");
        Assert.Equal(Strings(image.GetProperty("rootfs").GetProperty("diff_ids")), packed);
        Assert.Equal(2, layers.Length);
    }

    [Fact]
    public void The_id_changes_with_the_configuration_alone()
    {
        ImageLayer layer = Layer("base", "same");
        string archive = Path.Combine(_folder, "image.tar");
        string root = DockerArchive.Write(archive, "x:1", new ImageConfig { Entrypoint = ["/run"] }, [layer]);
        string other = DockerArchive.Write(archive, "x:1", new ImageConfig { Entrypoint = ["/run"], User = "1" }, [layer]);
        Assert.NotEqual(root, other);
    }

    private ImageLayer Layer(string name, string content)
    {
        string tree = Directory.CreateDirectory(Path.Combine(_folder, name)).FullName;
        File.WriteAllText(Path.Combine(tree, "file"), content);
        return ImageLayer.Pack(tree, "", Path.Combine(_folder, $"{name}.layer"));
    }

    private static string[] Strings(JsonElement array) => [.. array.EnumerateArray().Select(each => each.GetString()!)];

    private static Dictionary<string, byte[]> Read(string archive)
    {
        using FileStream file = File.OpenRead(archive);
        using var reader = new TarReader(file);
        var files = new Dictionary<string, byte[]>();
        while (reader.GetNextEntry() is { } entry)
        {
            using var content = new MemoryStream();
            entry.DataStream?.CopyTo(content);
            files.Add(entry.Name, content.ToArray());
        }

        return files;
    }
}
