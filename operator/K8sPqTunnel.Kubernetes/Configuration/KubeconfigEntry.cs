using YamlDotNet.RepresentationModel;

namespace K8sPqTunnel.Kubernetes.Configuration;

/// <summary>One cluster, user or context of a kubeconfig file.</summary>
/// <param name="File">The file it stands in; relative paths are relative to its folder.</param>
/// <param name="Origin">Names it in messages.</param>
/// <param name="Node">Its fields.</param>
internal sealed record KubeconfigEntry(string File, string Origin, YamlMappingNode Node)
{
    public static string? Scalar(YamlMappingNode node, string key) =>
        node.Children.TryGetValue(new YamlScalarNode(key), out var value) && value is YamlScalarNode { Value: { Length: > 0 } text }
            ? text
            : null;

    public bool Has(string key) => Node.Children.ContainsKey(new YamlScalarNode(key));

    public string? Text(string key) => Scalar(Node, key);

    public bool Flag(string key) => Text(key) switch
    {
        null or "false" => false,
        "true" => true,
        var other => throw new ConfigurationException($"{Origin}: {key} is \"{other}\", but must be true or false."),
    };

    public string? PathOf(string key) =>
        Text(key) is { } path ? Path.GetFullPath(path, Path.GetDirectoryName(File)!) : null;

    /// <summary>The PEM text that a field names, or that the field with <c>-data</c> holds; data wins, as in client-go.</summary>
    public string? Pem(string key)
    {
        if (Text(key + "-data") is { } data)
            return Configuration.Pem.Decode(data, $"{Origin}: {key}-data");

        return PathOf(key) is { } path ? Configuration.Pem.Text(path) : null;
    }
}
