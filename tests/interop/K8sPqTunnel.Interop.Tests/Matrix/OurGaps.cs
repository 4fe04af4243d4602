namespace K8sPqTunnel.Interop.Tests.Matrix;

/// <summary>What our side cannot do yet. A cell that needs it cannot pass; the list is to become empty.</summary>
internal static class OurGaps
{
    private static readonly OurGap[] All =
    [
        // iked's PF_KEY has only AES-CBC there: it drops a childsa line with AES-GCM without a word, and answers NO_PROPOSAL_CHOSEN.
        new("AES-CBC in the user-space data plane; iked for Linux has no AES-GCM for child SAs", cell => cell.Peer.Name == "iked"),
    ];

    /// <summary>What a cell waits for, or null.</summary>
    public static OurGap? Find(Cell cell) => All.FirstOrDefault(gap => gap.Needed(cell));
}
