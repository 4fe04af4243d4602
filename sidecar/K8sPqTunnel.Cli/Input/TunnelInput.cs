using K8sPqTunnel.Api.Documents;
using K8sPqTunnel.Api.Resources;
using K8sPqTunnel.Api.Settings;
using K8sPqTunnel.Sidecar;

namespace K8sPqTunnel.Cli.Input;

/// <summary>One tunnel as a command's options name it, with its keys and certificates.</summary>
internal sealed class TunnelInput : IDisposable
{
    private TunnelInput(IpsecTunnel resource, TunnelSettings settings, TunnelSecrets secrets)
    {
        Resource = resource;
        Settings = settings;
        Secrets = secrets;
    }

    public IpsecTunnel Resource { get; }

    public TunnelSettings Settings { get; }

    public TunnelSecrets Secrets { get; }

    public void Dispose() => Secrets.Dispose();

    /// <param name="file">A path, or - for standard input.</param>
    /// <param name="tunnel">NAME or NAMESPACE/NAME; null where the file holds one tunnel.</param>
    /// <param name="secretsFolder">Where Secrets lie that the file does not hold; null for nowhere.</param>
    /// <param name="errors">A sentence for each thing that must be mended; empty on success.</param>
    public static TunnelInput? Read(string file, string? tunnel, string? secretsFolder, out IReadOnlyList<string> errors)
    {
        using TunnelDocument? document = ReadDocument(file, out errors);
        if (document is null || Choose(document, file, tunnel, out errors) is not { } settings)
            return null;

        List<string> flaws = [];
        if (CredentialInput.Read(settings, new SecretSource(document, settings.Namespace, secretsFolder), flaws) is not { } secrets)
        {
            errors = flaws;
            return null;
        }
        IpsecTunnel resource = document.Resources.First(candidate =>
            candidate.Metadata?.Name == settings.Name && (candidate.Metadata.Namespace ?? settings.Namespace) == settings.Namespace);
        return new TunnelInput(resource, settings, secrets);
    }

    /// <summary>Reads which tunnel is meant, without its key: enough to take it down.</summary>
    public static TunnelSettings? ReadSettings(string file, string? tunnel, out IReadOnlyList<string> errors)
    {
        using TunnelDocument? document = ReadDocument(file, out errors);
        return document is null ? null : Choose(document, file, tunnel, out errors);
    }

    private static TunnelDocument? ReadDocument(string file, out IReadOnlyList<string> errors)
    {
        string yaml;
        try
        {
            yaml = file == "-" ? Console.In.ReadToEnd() : File.ReadAllText(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            errors = [$"{file} cannot be read: {e.Message}"];
            return null;
        }

        TunnelDocument document = TunnelDocument.Load(yaml, file == "-" ? "standard input" : file);
        errors = [.. document.Problems.Select(problem => problem.ToString())];
        if (errors.Count == 0)
            return document;
        document.Dispose();
        return null;
    }

    private static TunnelSettings? Choose(TunnelDocument document, string file, string? wanted, out IReadOnlyList<string> errors)
    {
        TunnelSettings[] candidates = [.. document.Tunnels.Where(tunnel => wanted is null || Names(tunnel, wanted))];
        errors = (candidates.Length, wanted) switch
        {
            (1, _) => [],
            (0, null) => [$"{file} holds no IpsecTunnel: add one (apiVersion {IpsecTunnel.GroupVersion})"],
            (0, _) => [$"{file} holds no tunnel \"{wanted}\", only {string.Join(", ", document.Tunnels.Select(FullName))}"],
            (var count, null) => [$"{file} holds {count} tunnels: choose one with --tunnel {FullName(candidates[0])}"],
            (_, _) => [$"\"{wanted}\" names several tunnels of {file}: write {string.Join(" or ", candidates.Select(FullName))}"],
        };
        return candidates is [var only] ? only : null;
    }

    private static bool Names(TunnelSettings tunnel, string wanted) => wanted == tunnel.Name || wanted == FullName(tunnel);

    private static string FullName(TunnelSettings tunnel) => $"{tunnel.Namespace}/{tunnel.Name}";
}
