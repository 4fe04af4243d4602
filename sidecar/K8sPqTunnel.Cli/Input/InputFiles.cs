using K8sPqTunnel.Api.Documents;
using K8sPqTunnel.Api.Resources;
using K8sPqTunnel.Api.Settings;

namespace K8sPqTunnel.Cli.Input;

/// <summary>The documents of the files and folders that a command names.</summary>
internal sealed class InputFiles : IDisposable
{
    private const string StandardInput = "-";

    private static readonly string[] Extensions = [".yaml", ".yml", ".json"];

    private readonly string _what;

    private InputFiles(string what, IReadOnlyList<TunnelDocument> documents)
    {
        _what = what;
        Documents = documents;
    }

    public IReadOnlyList<TunnelDocument> Documents { get; }

    /// <summary>Names several tunnels by its nature: a folder, or more than one file.</summary>
    public static bool AreMany(IReadOnlyList<string> paths) => paths.Count != 1 || Directory.Exists(paths[0]);

    /// <param name="paths">Files, folders, of which the files with YAML are read, or - for standard input.</param>
    /// <param name="errors">A sentence for each thing that must be mended; empty on success.</param>
    public static InputFiles? Read(IReadOnlyList<string> paths, out IReadOnlyList<string> errors)
    {
        List<string> flaws = [];
        List<TunnelDocument> documents = [];
        foreach (string path in paths)
        {
            foreach (string file in FilesOf(path, flaws))
            {
                if (ReadText(file, flaws) is not { } yaml)
                    continue;
                TunnelDocument document = TunnelDocument.Load(yaml, file == StandardInput ? "standard input" : file);
                documents.Add(document);
                flaws.AddRange(document.Problems.Select(problem => problem.ToString()));
            }
        }

        foreach (IGrouping<string, TunnelSettings> same in documents.SelectMany(document => document.Tunnels.DistinctBy(FullName)).GroupBy(FullName).Where(group => group.Count() > 1))
            flaws.Add($"{same.Count()} of the files hold a tunnel \"{same.Key}\": rename all but one");
        var files = new InputFiles(string.Join(", ", paths), documents);
        errors = flaws;
        if (flaws.Count == 0)
            return files;
        files.Dispose();
        return null;
    }

    /// <summary>The tunnels that are meant.</summary>
    /// <param name="wanted">NAME or NAMESPACE/NAME; null for all.</param>
    public IReadOnlyList<TunnelSettings>? Choose(string? wanted, out IReadOnlyList<string> errors)
    {
        TunnelSettings[] all = [.. Documents.SelectMany(document => document.Tunnels)];
        TunnelSettings[] candidates = [.. all.Where(tunnel => wanted is null || Names(tunnel, wanted))];
        errors = (candidates.Length, wanted) switch
        {
            (0, null) => [$"{_what} holds no IpsecTunnel: add one (apiVersion {IpsecTunnel.GroupVersion})"],
            (0, _) => [$"{_what} holds no tunnel \"{wanted}\", only {string.Join(", ", all.Select(FullName))}"],
            (> 1, not null) => [$"\"{wanted}\" names several tunnels of {_what}: write {string.Join(" or ", candidates.Select(FullName))}"],
            _ => [],
        };
        return errors.Count == 0 ? candidates : null;
    }

    /// <summary>The resource of a tunnel.</summary>
    public IpsecTunnel ResourceOf(TunnelSettings tunnel) => DocumentOf(tunnel).Resources.First(candidate =>
        candidate.Metadata?.Name == tunnel.Name && (candidate.Metadata.Namespace ?? tunnel.Namespace) == tunnel.Namespace);

    /// <summary>All Secrets of a tunnel's namespace: those that stand in its own file first.</summary>
    public IEnumerable<SecretDocument> SecretsOf(TunnelSettings tunnel)
    {
        TunnelDocument own = DocumentOf(tunnel);
        return own.Secrets.Concat(Documents.Where(document => document != own).SelectMany(document => document.Secrets))
            .Where(secret => secret.Namespace == tunnel.Namespace);
    }

    public void Dispose()
    {
        foreach (TunnelDocument document in Documents)
            document.Dispose();
    }

    private TunnelDocument DocumentOf(TunnelSettings tunnel) => Documents.First(document => document.Tunnels.Contains(tunnel));

    private static string[] FilesOf(string path, List<string> flaws)
    {
        if (!Directory.Exists(path))
            return [path];
        string[] files = [.. Directory.EnumerateFiles(path).Where(file => Extensions.Contains(Path.GetExtension(file))).Order(StringComparer.Ordinal)];
        if (files.Length == 0)
            flaws.Add($"the folder {path} holds no file that ends in {string.Join(", ", Extensions)}: put the tunnels' files there");
        return files;
    }

    private static string? ReadText(string file, List<string> flaws)
    {
        try
        {
            return file == StandardInput ? Console.In.ReadToEnd() : File.ReadAllText(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            flaws.Add($"{file} cannot be read: {e.Message}");
            return null;
        }
    }

    private static bool Names(TunnelSettings tunnel, string wanted) => wanted == tunnel.Name || wanted == FullName(tunnel);

    private static string FullName(TunnelSettings tunnel) => $"{tunnel.Namespace}/{tunnel.Name}";
}
