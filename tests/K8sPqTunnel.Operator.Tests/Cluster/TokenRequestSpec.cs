namespace K8sPqTunnel.Operator.Tests.Cluster;

internal sealed record TokenRequestSpec
{
    public required IReadOnlyList<string> Audiences { get; init; }
}
