namespace K8sPqTunnel.Sidecar.OperatorLink;

/// <summary>Where the operator is and how the daemon proves who it is.</summary>
public sealed record OperatorLinkOptions
{
    /// <summary>https, with the name that the operator's certificate shows.</summary>
    public required Uri Address { get; init; }

    /// <summary>PEM file with the operator's own certificate authority; read anew at each attempt.</summary>
    public required string AuthorityFile { get; init; }

    /// <summary>File with the projected service-account token; read anew at each attempt, because the kubelet rotates it.</summary>
    public required string TokenFile { get; init; }

    public string PodName { get; init; } = "";

    public string NodeName { get; init; } = "";
}
