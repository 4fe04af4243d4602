using K8sPqTunnel.Ike.Crypto;

namespace K8sPqTunnel.Ike.Negotiation;

/// <summary>A responder's choice from a peer's proposals (RFC 7296 2.7, 3.3; RFC 9370 2.2.1).</summary>
internal static class ProposalChoice
{
    // A peer's strange offer is not worth more than this many looks.
    private const int MaxSteps = 10_000;

    /// <summary>For an IKE SA. Under <see cref="QuantumPolicy.Preferred"/> a hybrid choice goes before any order.</summary>
    /// <param name="theirs">In the peer's order.</param>
    /// <param name="ours">From <see cref="Offer"/>, in our order.</param>
    /// <param name="intermediate">The peer can do IKE_INTERMEDIATE (RFC 9242): otherwise additional key exchanges have nowhere to run.</param>
    /// <returns>Null where nothing that the policy allows is in common.</returns>
    public static ProposalMatch? ForIke(
        IReadOnlyList<PeerProposal> theirs, IReadOnlyList<IkeProposal> ours, ProposalOrder order, QuantumPolicy policy, bool intermediate)
    {
        List<IReadOnlyList<Transform>> transforms = [.. ours.Select(proposal => proposal.Transforms)];
        bool CanRun(IReadOnlyList<Transform> chosen) => intermediate || !chosen.Any(t => t.IsAdditionalKeyExchange && t.Id != 0);
        bool IsQuantumSafe(IReadOnlyList<Transform> chosen) => CanRun(chosen) && chosen.Any(t => t.IsPostQuantum);
        return policy switch
        {
            QuantumPolicy.Required => Choose(theirs, transforms, order, IsQuantumSafe),
            QuantumPolicy.Preferred => Choose(theirs, transforms, order, IsQuantumSafe) ?? Choose(theirs, transforms, order, CanRun),
            _ => Choose(theirs, transforms, order, CanRun),
        };
    }

    /// <summary>For the child of IKE_AUTH, which has no key exchange of its own (RFC 7296 1.2): a peer that names one all the same is not heard on it.</summary>
    public static ProposalMatch? ForFirstChild(IReadOnlyList<PeerProposal> theirs, IReadOnlyList<EspProposal> ours, ProposalOrder order) =>
        Choose([.. theirs.Select(WithoutKeyExchange)], [.. ours.Select(proposal => proposal.WithoutKeyExchange)], order, suits: null);

    /// <summary>The first pair of proposals that fits, in the order of whoever decides.</summary>
    /// <param name="suits">What the whole choice has to be besides; null for nothing.</param>
    public static ProposalMatch? Choose(
        IReadOnlyList<PeerProposal> theirs,
        IReadOnlyList<IReadOnlyList<Transform>> ours,
        ProposalOrder order,
        Func<IReadOnlyList<Transform>, bool>? suits)
    {
        int steps = MaxSteps;
        for (int pair = 0; pair < ours.Count * theirs.Count; pair++)
        {
            (int our, int their) = order == ProposalOrder.Ours
                ? (pair / theirs.Count, pair % theirs.Count)
                : (pair % ours.Count, pair / ours.Count);
            if (Alternatives(theirs[their], ours[our], order) is { } alternatives && Pick(alternatives, [], suits, ref steps) is { } chosen)
                return new ProposalMatch(theirs[their], chosen);
        }

        return null;
    }

    private static PeerProposal WithoutKeyExchange(PeerProposal proposal) => proposal.Types.Any(IsKeyExchange)
        ? proposal with
        {
            Types = proposal.Types.Where(type => !IsKeyExchange(type)).ToHashSet(),
            Transforms = [.. proposal.Transforms.Where(transform => !IsKeyExchange(transform.Type))],
        }
        : proposal;

    private static bool IsKeyExchange(TransformType type) =>
        type == TransformType.KeyExchange || new Transform(type, 0).IsAdditionalKeyExchange;

    /// <summary>What may be chosen of each type, best first; null where a type has nothing.</summary>
    private static List<List<Transform>>? Alternatives(PeerProposal theirs, IReadOnlyList<Transform> ours, ProposalOrder order)
    {
        List<List<Transform>> all = [];
        if (theirs.Types.Any(type => type is < TransformType.Encryption or > TransformType.AdditionalKeyExchange7))
            return null;
        for (TransformType type = TransformType.Encryption; type <= TransformType.AdditionalKeyExchange7; type++)
        {
            List<Transform> mine = OfType(ours, type), peers = OfType(theirs.Transforms, type);
            if (!theirs.Types.Contains(type))
            {
                if (mine.Count == 0)
                    continue;
                if (!MayBeMissing(type, mine))
                    return null;
                continue;
            }

            // RFC 9370 2.2.1, RFC 5282 8: a type that we have no use for may come to nothing where the peer lists NONE.
            var none = new Transform(type, Id: 0);
            List<Transform> common = mine.Count == 0
                ? peers.FindAll(transform => transform == none && (none.IsAdditionalKeyExchange || transform.Type == TransformType.Integrity))
                : order == ProposalOrder.Ours ? mine.FindAll(peers.Contains) : peers.FindAll(mine.Contains);
            if (common.Count == 0)
                return null;
            all.Add(common);
        }

        return all;
    }

    private static List<Transform> OfType(IReadOnlyList<Transform> transforms, TransformType type)
    {
        List<Transform> found = [];
        foreach (Transform transform in transforms)
        {
            if (transform.Type == type)
                found.Add(transform);
        }

        return found;
    }

    // An additional key exchange that is optional to us; and ESP of old peers, whose 32-bit sequence numbers go without saying.
    private static bool MayBeMissing(TransformType type, List<Transform> ours) =>
        ours.Contains(new Transform(type, Id: 0)) &&
        (new Transform(type, Id: 0).IsAdditionalKeyExchange || type == TransformType.SequenceNumbers);

    private static List<Transform>? Pick(
        List<List<Transform>> alternatives, List<Transform> chosen, Func<IReadOnlyList<Transform>, bool>? suits, ref int steps)
    {
        if (chosen.Count == alternatives.Count)
            return suits is null || suits(chosen) ? chosen : null;
        foreach (Transform transform in alternatives[chosen.Count])
        {
            if (--steps <= 0)
                return null;
            // RFC 9370 2.2.1: no method twice.
            bool isTwice = IsKeyExchange(transform.Type) && transform.Id != (ushort)KeyExchangeMethod.None &&
                chosen.Exists(other => IsKeyExchange(other.Type) && other.Id == transform.Id);
            if (!isTwice && Pick(alternatives, [.. chosen, transform], suits, ref steps) is { } whole)
                return whole;
        }

        return null;
    }
}
