namespace K8sPqTunnel.Ike.Negotiation;

/// <summary>What we take from a peer's offer.</summary>
/// <param name="Proposal">The peer's proposal.</param>
/// <param name="Transforms">One of each of its types, in the order of types: what the answer says.</param>
internal sealed record ProposalMatch(PeerProposal Proposal, IReadOnlyList<Transform> Transforms)
{
    /// <summary>What that is for an IKE SA; one object for all the SAs that come of it.</summary>
    public IkeSelection IkeSelection => field ??= new IkeSelection(Transforms);
}
