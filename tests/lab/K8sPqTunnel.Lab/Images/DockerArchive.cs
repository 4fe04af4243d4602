using System.Formats.Tar;
using System.Security.Cryptography;
using System.Text.Json;

namespace K8sPqTunnel.Lab.Images;

/// <summary>Writes an image as the tar file that <c>docker save</c> writes and containerd, docker and podman import.</summary>
/// <remarks>
/// Docker image specification 1.2: <c>manifest.json</c> names the configuration and the layers; the configuration names each
/// layer by the digest of its content, so that layers which two images share are stored once.
/// </remarks>
internal static class DockerArchive
{
    /// <summary>Writes <paramref name="archive"/> and returns the image's id: <c>sha256:</c> and the digest of its configuration.</summary>
    public static string Write(string archive, string name, ImageConfig config, IReadOnlyList<ImageLayer> layers)
    {
        byte[] configuration = Configuration(config, layers);
        string id = Convert.ToHexStringLower(SHA256.HashData(configuration));

        using FileStream output = File.Create(archive);
        using var writer = new TarWriter(output, TarEntryFormat.Pax);
        WriteFile(writer, $"{id}.json", new MemoryStream(configuration));
        foreach (ImageLayer layer in layers)
        {
            using FileStream tar = File.OpenRead(layer.TarFile);
            WriteFile(writer, PathOf(layer), tar);
        }

        WriteFile(writer, "manifest.json", new MemoryStream(Manifest(id, name, layers)));
        return $"sha256:{id}";
    }

    private static string PathOf(ImageLayer layer) => $"{layer.Digest}/layer.tar";

    private static void WriteFile(TarWriter writer, string name, Stream data) =>
        writer.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, name) { DataStream = data, ModificationTime = DateTimeOffset.UnixEpoch });

    private static byte[] Configuration(ImageConfig config, IReadOnlyList<ImageLayer> layers) => Json(json =>
    {
        json.WriteStartObject();
        json.WriteString("architecture", "amd64");
        json.WriteString("os", "linux");
        json.WriteString("created", DateTimeOffset.UnixEpoch);
        json.WriteStartObject("config");
        WriteStrings(json, "Entrypoint", config.Entrypoint);
        WriteStrings(json, "Env", config.Environment);
        json.WriteString("User", config.User);
        json.WriteEndObject();
        json.WriteStartObject("rootfs");
        json.WriteString("type", "layers");
        WriteStrings(json, "diff_ids", layers.Select(layer => $"sha256:{layer.Digest}"));
        json.WriteEndObject();
        json.WriteEndObject();
    });

    private static byte[] Manifest(string id, string name, IReadOnlyList<ImageLayer> layers) => Json(json =>
    {
        json.WriteStartArray();
        json.WriteStartObject();
        json.WriteString("Config", $"{id}.json");
        WriteStrings(json, "RepoTags", [name]);
        WriteStrings(json, "Layers", layers.Select(PathOf));
        json.WriteEndObject();
        json.WriteEndArray();
    });

    private static void WriteStrings(Utf8JsonWriter json, string name, IEnumerable<string> values)
    {
        json.WriteStartArray(name);
        foreach (string value in values)
            json.WriteStringValue(value);
        json.WriteEndArray();
    }

    private static byte[] Json(Action<Utf8JsonWriter> write)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
            write(json);
        return buffer.ToArray();
    }
}
