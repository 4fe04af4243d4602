using K8sPqTunnel.Ike.Negotiation;

namespace K8sPqTunnel.Ike.Tests.Simulation;

/// <summary>What a responder says that it chose.</summary>
internal sealed record AnsweredProposal(byte Number, IReadOnlyList<Transform> Transforms)
{
    public override string ToString() => $"{Number}: {string.Join(", ", Transforms)}";
}
