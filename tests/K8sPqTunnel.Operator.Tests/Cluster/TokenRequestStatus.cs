namespace K8sPqTunnel.Operator.Tests.Cluster;

internal sealed record TokenRequestStatus
{
    public required string Token { get; init; }
}
