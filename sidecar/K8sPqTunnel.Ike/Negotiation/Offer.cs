using K8sPqTunnel.Ike.Crypto;

namespace K8sPqTunnel.Ike.Negotiation;

/// <summary>What a connection may put on the table: what is configured, what the policy allows, what this machine can run.</summary>
internal static class Offer
{
    /// <summary>Makes the list for IKE_SA_INIT, or says why there is none; no repeat mends that.</summary>
    public static IkeFailure? TryMake(ConnectionConfig config, CryptoCapabilities crypto, out IReadOnlyList<IkeProposal> offer)
    {
        offer = QuantumRule.Offerable(config.QuantumPolicy, config.IkeProposals);
        if (offer.Count == 0)
            return new IkeFailure(
                FailureReason.InvalidConfiguration,
                $"tunnel \"{config.Name}\": spec.postQuantum.keyExchange is {config.QuantumPolicy}, which leaves none of the IKE " +
                $"proposals ({ProposalText.FormatAll(config.IkeProposals)}): " +
                (config.QuantumPolicy == QuantumPolicy.Required ? "add -ke1_mlkem768 to one of them" : "add one without ML-KEM"));

        string? whyNot = null;
        List<IkeProposal> runnable = [];
        foreach (IkeProposal proposal in offer)
        {
            string? objection = proposal.Methods.Select(crypto.WhyNot).FirstOrDefault(text => text is not null);
            whyNot ??= objection;
            if (objection is null)
                runnable.Add(proposal);
        }

        // A machine without ML-KEM never falls back by itself; only under Preferred is the rest of the list the user's word.
        if (runnable.Count == 0 || (whyNot is not null && config.QuantumPolicy != QuantumPolicy.Preferred))
            return new IkeFailure(FailureReason.CryptoUnavailable, $"tunnel \"{config.Name}\": {whyNot}");
        offer = runnable;
        return null;
    }
}
