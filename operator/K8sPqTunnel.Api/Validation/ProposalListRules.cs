using K8sPqTunnel.Api.Proposals;
using K8sPqTunnel.Api.Resources;
using K8sPqTunnel.Api.Settings;

namespace K8sPqTunnel.Api.Validation;

/// <summary>spec.ike.proposals and spec.child.proposals, and what spec.postQuantum demands of them.</summary>
internal static class ProposalListRules
{
    private const int MaxProposals = 16;

    public static void Read(IpsecTunnelSpec spec, SettingsDraft draft)
    {
        KeyExchangePolicy policy = spec.PostQuantum?.KeyExchange ?? KeyExchangePolicy.Required;
        ProfileDefaults defaults = draft.Defaults;
        draft.IkeProposals = Parse(spec.Ike?.Proposals ?? defaults.IkeProposals(policy), ProposalProtocol.Ike, "spec.ike.proposals", draft);
        draft.ChildProposals = Parse(spec.Child?.Proposals ?? defaults.ChildProposals(policy), ProposalProtocol.Esp, "spec.child.proposals", draft);
        CheckPolicy(policy, draft);
    }

    private static List<Proposal> Parse(IReadOnlyList<string> texts, ProposalProtocol protocol, string path, SettingsDraft draft)
    {
        if (texts.Count is 0 or > MaxProposals)
            draft.Report(path, $"the list has {texts.Count} proposals: write 1 to {MaxProposals}, or leave it out for the profile's");

        var proposals = new List<Proposal>();
        for (int i = 0; i < Math.Min(texts.Count, MaxProposals); i++)
        {
            if (ProposalText.TryParse(texts[i], protocol, out Proposal? proposal, out string? error))
                proposals.Add(proposal);
            else
                draft.Report($"{path}[{i}]", error);
        }

        return proposals;
    }

    // A child SA needs no ML-KEM of its own: its keys derive from the IKE SA's SK_d, which is hybrid (RFC 9370 2.2.4).
    private static void CheckPolicy(KeyExchangePolicy policy, SettingsDraft draft)
    {
        for (int i = 0; i < draft.IkeProposals.Count; i++)
        {
            Proposal proposal = draft.IkeProposals[i];
            if (policy == KeyExchangePolicy.Required && !proposal.AlwaysHasMlKem)
            {
                draft.Report($"spec.ike.proposals[{i}]", $"\"{proposal.Text}\" can be answered without ML-KEM, but "
                    + "spec.postQuantum.keyExchange is Required: add -ke1_mlkem768 (and no ke1_none), or set Preferred");
            }
            else if (policy == KeyExchangePolicy.Disabled && proposal.MayHaveMlKem)
            {
                draft.Report($"spec.ike.proposals[{i}]", $"\"{proposal.Text}\" names ML-KEM, but spec.postQuantum.keyExchange is Disabled: "
                    + "leave the ML-KEM keywords out, or set Preferred or Required");
            }
        }

        if (policy == KeyExchangePolicy.Preferred && draft.IkeProposals.Count > 0 && !draft.IkeProposals.Any(p => p.MayHaveMlKem))
        {
            draft.Report("spec.ike.proposals", "no proposal names ML-KEM, but spec.postQuantum.keyExchange is Preferred: "
                + "add -ke1_mlkem768 to the first, or set Disabled");
        }
    }
}
