namespace K8sPqTunnel.Lab.Images;

/// <summary>What a container engine keeps about a container of an image (OCI image-spec, config.md).</summary>
internal sealed record ImageConfig
{
    /// <summary>The usual search path, as a value of <see cref="Environment"/>.</summary>
    public const string DefaultPath = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

    /// <summary>The program and its fixed arguments; a pod's <c>args</c> follow them.</summary>
    public required IReadOnlyList<string> Entrypoint { get; init; }

    /// <summary>The environment, each as <c>NAME=value</c>.</summary>
    public IReadOnlyList<string> Environment { get; init; } = [];

    /// <summary>The user as <c>uid</c> or <c>uid:gid</c>; empty is root.</summary>
    public string User { get; init; } = "";
}
