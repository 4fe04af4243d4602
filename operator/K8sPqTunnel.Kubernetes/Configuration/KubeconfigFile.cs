using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace K8sPqTunnel.Kubernetes.Configuration;

/// <summary>One kubeconfig file, read as a YAML tree.</summary>
internal sealed class KubeconfigFile
{
    private readonly YamlMappingNode _root;

    private KubeconfigFile(string path, YamlMappingNode root)
    {
        Path = path;
        _root = root;
    }

    public string Path { get; }

    public string? CurrentContext => KubeconfigEntry.Scalar(_root, "current-context");

    public static KubeconfigFile Read(string path)
    {
        YamlStream yaml = [];
        try
        {
            using var reader = new StringReader(Pem.Text(path));
            yaml.Load(reader);
        }
        catch (YamlException e)
        {
            throw new ConfigurationException($"{path} line {e.Start.Line} is no YAML: {e.Message}", e);
        }

        return yaml.Documents is [{ RootNode: YamlMappingNode root }, ..]
            ? new KubeconfigFile(System.IO.Path.GetFullPath(path), root)
            : throw new ConfigurationException($"{path} is no kubeconfig: it must be a YAML mapping with clusters, users and contexts.");
    }

    /// <param name="section"><c>clusters</c>, <c>users</c> or <c>contexts</c>.</param>
    /// <param name="name">The entry's name.</param>
    /// <param name="inner">What the entry holds: <c>cluster</c>, <c>user</c> or <c>context</c>.</param>
    public KubeconfigEntry? Find(string section, string name, string inner)
    {
        if (!_root.Children.TryGetValue(new YamlScalarNode(section), out var list) || list is not YamlSequenceNode entries)
            return null;

        foreach (var entry in entries.OfType<YamlMappingNode>())
        {
            if (KubeconfigEntry.Scalar(entry, "name") != name)
                continue;

            var body = entry.Children.TryGetValue(new YamlScalarNode(inner), out var found) ? found as YamlMappingNode : null;
            return new KubeconfigEntry(Path, $"{Path}: {inner} \"{name}\"", body ?? []);
        }

        return null;
    }
}
