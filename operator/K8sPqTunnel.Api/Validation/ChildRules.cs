using K8sPqTunnel.Api.Resources;

namespace K8sPqTunnel.Api.Validation;

/// <summary>spec.child: the anti-replay window, and how an SA gives way to its successor. Its proposals and lifetime have rules of their own.</summary>
internal static class ChildRules
{
    private const int LargestWindow = 4096;                                // what the kernel's ESP takes too

    private static readonly TimeSpan LongestDelay = TimeSpan.FromMinutes(10);

    public static void Read(IpsecTunnelSpec spec, SettingsDraft draft)
    {
        draft.ReplayWindow = NumberRules.Read(
            spec.Child?.ReplayWindow, draft.Defaults.ReplayWindow, 0, LargestWindow, "spec.child.replayWindow", draft);
        draft.SuccessorDelay = DurationRules.Read(
            spec.Child?.SuccessorDelay, draft.Defaults.SuccessorDelay, TimeSpan.Zero, LongestDelay, "spec.child.successorDelay", draft);
        // An SA is replaced when a tenth or more of its lifetime is left, and has to outlive its successor's waiting.
        if (draft.SuccessorDelay > draft.ChildLifetime / 10 && spec.Child?.SuccessorDelay is { } text)
        {
            draft.Report("spec.child.successorDelay", $"{text} is more than a tenth of the child SA's lifetime, so an SA would end before its "
                + "successor carries traffic: write less, or a longer spec.child.lifetime");
        }
    }
}
