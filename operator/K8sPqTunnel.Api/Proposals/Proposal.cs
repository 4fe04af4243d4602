namespace K8sPqTunnel.Api.Proposals;

/// <summary>One proposal: what its text says, in IANA's numbers and in the text's order.</summary>
/// <param name="Protocol">IKE or ESP.</param>
/// <param name="Text">The proposal in strongSwan's keywords, as the user wrote it.</param>
/// <param name="Transforms">All alternatives of all types. An ESP proposal always has sequence numbers (type 5): 32 bits where the text does not say.</param>
public sealed record Proposal(ProposalProtocol Protocol, string Text, IReadOnlyList<Transform> Transforms)
{
    /// <summary>Does every choice that the peer may make from this proposal include ML-KEM?</summary>
    public bool AlwaysHasMlKem => Transforms.Where(t => t.IsKeyExchange).GroupBy(t => t.Type)
        .Any(round => round.All(t => ProposalKeywords.IsMlKem(t.Id)));

    /// <summary>May the peer choose ML-KEM from this proposal?</summary>
    public bool MayHaveMlKem => Transforms.Any(t => t.IsKeyExchange && ProposalKeywords.IsMlKem(t.Id));
}
