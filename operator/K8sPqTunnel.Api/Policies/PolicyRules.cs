using K8sPqTunnel.Api.Proposals;
using K8sPqTunnel.Api.Resources;
using K8sPqTunnel.Api.Settings;
using K8sPqTunnel.Api.Validation;

namespace K8sPqTunnel.Api.Policies;

/// <summary>What a tunnel does less than a <see cref="PostQuantumPolicy"/> wants.</summary>
public static class PolicyRules
{
    // IANA's numbers of ML-KEM follow each other from the weakest (draft-ietf-ipsecme-ikev2-mlkem).
    private const ushort MlKem512 = 35;

    /// <param name="settings">The tunnel with its defaults filled in.</param>
    /// <param name="name">Of the policy.</param>
    /// <param name="policy">What it wants.</param>
    /// <returns>Empty where the tunnel complies.</returns>
    public static IEnumerable<Problem> Check(TunnelSettings settings, string name, PostQuantumPolicySpec policy)
    {
        KeyExchangeMinimum minimum = policy.KeyExchange ?? KeyExchangeMinimum.MlKem768;
        if (settings.KeyExchange != KeyExchangePolicy.Required)
        {
            yield return new Problem("spec.postQuantum.keyExchange",
                $"PostQuantumPolicy \"{name}\" wants Required in this namespace, and the tunnel says {settings.KeyExchange}");
        }

        foreach (Proposal proposal in settings.IkeProposals.Where(proposal => !AlwaysHolds(proposal, minimum)))
        {
            yield return new Problem("spec.ike.proposals",
                $"PostQuantumPolicy \"{name}\" wants {Name(minimum)} or stronger in this namespace, and \"{proposal.Text}\" can be answered with less: "
                + $"write -ke1_{Keyword(minimum)} and no weaker alternative beside it");
        }

        if (policy.Authentication == AuthenticationMinimum.SymmetricKey && !HasSymmetricKey(settings.Authentication))
        {
            yield return new Problem("spec.authentication",
                $"PostQuantumPolicy \"{name}\" wants a symmetric key in this namespace, and certificates alone can be forged once there are quantum computers: "
                + "use psk, or add a ppk with required: true");
        }
    }

    /// <summary>Every keyword of a key exchange.</summary>
    internal static IEnumerable<string> KeyExchanges =>
        ProposalKeywords.All.Where(keyword => keyword.Transform.Type == TransformType.KeyExchange).Select(keyword => keyword.Text);

    /// <summary>The keywords that a minimum allows, the weakest first.</summary>
    internal static IEnumerable<string> AtLeast(KeyExchangeMinimum minimum) => Enum.GetValues<KeyExchangeMinimum>().Where(each => each >= minimum).Select(Keyword);

    /// <summary>The minima that a list of proposals holds, whichever of them the peer takes.</summary>
    internal static IEnumerable<string> HeldBy(IReadOnlyList<string> proposals)
    {
        Proposal[] parsed = [.. proposals.Select(text => ProposalText.TryParse(text, ProposalProtocol.Ike, out Proposal? proposal, out string? error)
            ? proposal
            : throw new ArgumentException(error, nameof(proposals)))];
        return Enum.GetValues<KeyExchangeMinimum>().Where(minimum => parsed.All(proposal => AlwaysHolds(proposal, minimum))).Select(minimum => minimum.ToString());
    }

    // In one of the rounds, every alternative is at least the minimum.
    private static bool AlwaysHolds(Proposal proposal, KeyExchangeMinimum minimum) => proposal.Transforms
        .Where(transform => transform.IsKeyExchange)
        .GroupBy(transform => transform.Type)
        .Any(round => round.All(transform => ProposalKeywords.IsMlKem(transform.Id) && transform.Id >= Id(minimum)));

    // A PPK goes into the keys that both proofs are made with (RFC 8784 3). A peer may choose among several: each must be required.
    private static bool HasSymmetricKey(AuthenticationSettings authentication) =>
        authentication is { Certificate: null, Authorities: null } || (authentication.Ppks.Count > 0 && authentication.Ppks.All(ppk => ppk.Required));

    private static ushort Id(KeyExchangeMinimum minimum) => (ushort)(MlKem512 + (int)minimum);

    private static string Name(KeyExchangeMinimum minimum) => Keyword(minimum).Replace("mlkem", "ML-KEM-", StringComparison.Ordinal);

    private static string Keyword(KeyExchangeMinimum minimum) => ProposalKeywords.Find(new Transform(TransformType.KeyExchange, Id(minimum)))!.Text;
}
