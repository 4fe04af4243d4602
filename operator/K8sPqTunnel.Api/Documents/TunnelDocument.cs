using System.Text.Json;
using System.Text.Json.Nodes;
using K8sPqTunnel.Api.Resources;
using K8sPqTunnel.Api.Settings;
using K8sPqTunnel.Api.Validation;

namespace K8sPqTunnel.Api.Documents;

/// <summary>The tunnels and Secrets of a YAML file: the same documents that `kubectl apply` takes.</summary>
public sealed class TunnelDocument : IDisposable
{
    private readonly string? _file;
    private readonly List<Problem> _problems = [];
    private readonly List<IpsecTunnel> _resources = [];
    private readonly List<TunnelSettings> _tunnels = [];
    private readonly List<SecretDocument> _secrets = [];

    private TunnelDocument(string? file) => _file = file;

    /// <summary>Everything wrong with the file, in its order. Run nothing from a file that has problems.</summary>
    public IReadOnlyList<Problem> Problems => _problems;

    /// <summary>The tunnels as they stand in the file.</summary>
    public IReadOnlyList<IpsecTunnel> Resources => _resources;

    /// <summary>The settings of the tunnels that have no problem.</summary>
    public IReadOnlyList<TunnelSettings> Tunnels => _tunnels;

    public IReadOnlyList<SecretDocument> Secrets => _secrets;

    /// <summary>Reads a file's text.</summary>
    /// <param name="yaml">One or more YAML documents of kind IpsecTunnel (pqtunnel.io/v1alpha1) and Secret (v1).</param>
    /// <param name="file">The name that problems show; null for none.</param>
    public static TunnelDocument Load(string yaml, string? file = null)
    {
        var document = new TunnelDocument(file);
        foreach (YamlNode node in YamlReader.Read(yaml, file, document._problems))
            document.Read(node);
        document.CheckNames();
        return document;
    }

    /// <summary>Disposes the Secrets.</summary>
    public void Dispose() => _secrets.ForEach(secret => secret.Dispose());

    private void Read(YamlNode node)
    {
        switch (Text(node, "kind"), Text(node, "apiVersion"))
        {
            case (IpsecTunnel.KindName, IpsecTunnel.GroupVersion):
                ReadTunnel(node);
                break;
            case ("Secret", "v1"):
                ReadSecret(node);
                break;
            case ("", _):
                Report(node, "kind", $"the document names no kind: begin it with apiVersion: {IpsecTunnel.GroupVersion} and kind: {IpsecTunnel.KindName}");
                break;
            case (IpsecTunnel.KindName, var version):
                Report(node, "apiVersion", $"\"{version}\" is not a version that this program reads: write {IpsecTunnel.GroupVersion}");
                break;
            case var (kind, version):
                Report(node, "kind", $"\"{kind}\" ({version}) is not read from a file: only IpsecTunnel ({IpsecTunnel.GroupVersion}) and Secret (v1) are");
                break;
        }
    }

    private void ReadTunnel(YamlNode node)
    {
        int before = _problems.Count;
        (node.Root as JsonObject)?.Remove("status");                       // `kubectl get -o yaml` writes it; it is an answer, not a wish
        new ShapeCheck(node, _file, _problems).Run(ApiJsonContext.Default.IpsecTunnel);
        if (_problems.Count > before)
            return;

        IpsecTunnel tunnel = node.Root.Deserialize(ApiJsonContext.Default.IpsecTunnel)!;
        TunnelValidation validation = TunnelValidator.Validate(tunnel);
        foreach (Problem problem in validation.Problems)
            Report(node, problem.Path, problem.Message);
        _resources.Add(tunnel);
        if (validation.IsValid)
            _tunnels.Add(validation.Settings);
    }

    private void ReadSecret(YamlNode node)
    {
        int before = _problems.Count;
        new ShapeCheck(node, _file, _problems).Run(DocumentJsonContext.Default.SecretManifest);
        if (_problems.Count > before)
            return;

        SecretManifest manifest = node.Root.Deserialize(DocumentJsonContext.Default.SecretManifest)!;
        if (string.IsNullOrEmpty(manifest.Metadata?.Name))
            Report(node, "metadata.name", "the Secret needs a name: write the one that a tunnel's secretRef names");
        _secrets.Add(SecretDocument.Of(manifest, (path, message) => Report(node, path, message)));
    }

    private void CheckNames()
    {
        foreach (IGrouping<(string, string), TunnelSettings> same in _tunnels.GroupBy(t => (t.Namespace, t.Name)).Where(g => g.Count() > 1))
            _problems.Add(new Problem("metadata.name", $"{same.Count()} tunnels are called \"{same.Key.Item2}\": rename all but one", 0, _file));
    }

    private static string Text(YamlNode node, string field) =>
        node.Root is JsonObject map && map[field] is JsonValue value && value.TryGetValue(out string? text) ? text : "";

    private void Report(YamlNode node, string path, string message) => _problems.Add(new Problem(path, message, node.LineOf(path), _file));
}
