using System.Security.Cryptography;
using System.Text.Json;
using K8sPqTunnel.Api;
using K8sPqTunnel.Api.Resources;
using K8sPqTunnel.Api.Settings;
using K8sPqTunnel.Sidecar;

namespace K8sPqTunnel.Cli.Input;

/// <summary>A tunnel as a command's options name it, with its keys and certificates.</summary>
internal sealed class TunnelInput : IDisposable
{
    private TunnelInput(IpsecTunnel resource, TunnelSettings settings, TunnelSecrets secrets, string fingerprint, string settingsFingerprint)
    {
        Resource = resource;
        Settings = settings;
        Secrets = secrets;
        Fingerprint = fingerprint;
        SettingsFingerprint = settingsFingerprint;
    }

    public IpsecTunnel Resource { get; }

    public TunnelSettings Settings { get; }

    public TunnelSecrets Secrets { get; }

    /// <summary>The same for the same resource and values of its Secrets, and for no other.</summary>
    public string Fingerprint { get; }

    /// <summary>The same for the same resource, and for no other.</summary>
    public string SettingsFingerprint { get; }

    public void Dispose() => Secrets.Dispose();

    /// <summary>Reads the tunnels that are meant; all or none.</summary>
    /// <param name="paths">Files, folders, or - for standard input.</param>
    /// <param name="tunnel">NAME or NAMESPACE/NAME; null for all.</param>
    /// <param name="secretsFolder">Where Secrets lie that the files do not hold; null for nowhere.</param>
    /// <param name="errors">A sentence for each thing that must be mended; empty on success.</param>
    public static IReadOnlyList<TunnelInput>? Read(
        IReadOnlyList<string> paths, string? tunnel, string? secretsFolder, out IReadOnlyList<string> errors)
    {
        using InputFiles? files = InputFiles.Read(paths, out errors);
        if (files?.Choose(tunnel, out errors) is not { } chosen)
            return null;

        List<string> flaws = [];
        List<TunnelInput> inputs = [];
        foreach (TunnelSettings settings in chosen)
        {
            // What is wrong with one of several has to say with which.
            List<string> own = [];
            if (Read(files, settings, secretsFolder, own) is { } input)
                inputs.Add(input);
            flaws.AddRange(chosen.Count == 1 ? own : own.Select(flaw => $"tunnel \"{settings.Namespace}/{settings.Name}\": {flaw}"));
        }

        errors = flaws;
        if (flaws.Count == 0)
            return inputs;
        inputs.ForEach(input => input.Dispose());
        return null;
    }

    /// <summary>Reads which tunnels are meant, without their keys: enough to take them down.</summary>
    public static IReadOnlyList<TunnelSettings>? ReadSettings(IReadOnlyList<string> paths, string? tunnel, out IReadOnlyList<string> errors)
    {
        using InputFiles? files = InputFiles.Read(paths, out errors);
        return files?.Choose(tunnel, out errors);
    }

    private static TunnelInput? Read(InputFiles files, TunnelSettings settings, string? secretsFolder, List<string> flaws)
    {
        IpsecTunnel resource = files.ResourceOf(settings);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        byte[] document = JsonSerializer.SerializeToUtf8Bytes(resource, ApiJsonContext.Default.IpsecTunnel);
        hash.AppendData(document);
        var source = new SecretSource([.. files.SecretsOf(settings)], secretsFolder, hash);
        return CredentialInput.Read(settings, source, flaws) is { } secrets
            ? new TunnelInput(resource, settings, secrets, Convert.ToHexString(hash.GetHashAndReset()), Convert.ToHexString(SHA256.HashData(document)))
            : null;
    }
}
