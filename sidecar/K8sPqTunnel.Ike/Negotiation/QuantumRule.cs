namespace K8sPqTunnel.Ike.Negotiation;

/// <summary>What the quantum policy leaves of the configured proposals.</summary>
internal static class QuantumRule
{
    /// <summary>The proposals that may be offered: under <see cref="QuantumPolicy.Required"/> the peer has no classical way out.</summary>
    public static IReadOnlyList<IkeProposal> Offerable(QuantumPolicy policy, IReadOnlyList<IkeProposal> configured) => policy switch
    {
        QuantumPolicy.Required => [.. configured.Select(WithoutClassicalChoice).OfType<IkeProposal>()],
        QuantumPolicy.Preferred => configured,
        QuantumPolicy.Disabled => [.. configured.Where(p => !p.Transforms.Any(t => t.IsPostQuantum))],
        _ => throw new ArgumentOutOfRangeException(nameof(policy), policy, "no such policy"),
    };

    /// <summary>Leaves only post-quantum methods in one transform type that has any, ADDKE before type 4; null if none has.</summary>
    private static IkeProposal? WithoutClassicalChoice(IkeProposal proposal)
    {
        TransformType? strict = proposal.Transforms.Where(t => t.IsPostQuantum)
            .OrderByDescending(t => t.IsAdditionalKeyExchange).ThenBy(t => t.Type)
            .Select(t => (TransformType?)t.Type).FirstOrDefault();
        return strict is null
            ? null
            : new IkeProposal([.. proposal.Transforms.Where(t => t.Type != strict || t.IsPostQuantum)]);
    }
}
