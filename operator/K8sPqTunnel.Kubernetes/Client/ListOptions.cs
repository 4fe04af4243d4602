namespace K8sPqTunnel.Kubernetes.Client;

/// <summary>Which objects a list or watch takes.</summary>
public sealed record ListOptions
{
    /// <summary><c>app=gateway,tier!=test</c></summary>
    public string? LabelSelector { get; init; }

    /// <summary><c>metadata.name=edge</c>, <c>spec.nodeName=node1</c></summary>
    public string? FieldSelector { get; init; }

    /// <summary>Objects per page of a list at most; 0 asks for all in one answer.</summary>
    public int PageSize { get; init; } = 500;

    /// <summary>Octets of JSON that a page should have at most: how many objects that are is learnt from the pages before.</summary>
    public int PageBytes { get; init; } = 500_000;
}
