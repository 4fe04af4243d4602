using K8sPqTunnel.Ike.Crypto;

namespace K8sPqTunnel.Ike.Keys;

/// <summary>The seven keys of an IKE SA at one moment (RFC 7296 2.14). Owns them; i is the original initiator.</summary>
/// <param name="SkD">Derives the keys of children, of the SA that replaces this one, and of the next IKE_INTERMEDIATE.</param>
/// <param name="SkAi">Integrity of what the initiator sends; empty with an AEAD.</param>
/// <param name="SkAr">Integrity of what the responder sends; empty with an AEAD.</param>
/// <param name="SkEi">Encryption of what the initiator sends, salt included.</param>
/// <param name="SkEr">Encryption of what the responder sends, salt included.</param>
/// <param name="SkPi">The initiator's AUTH and IntAuth.</param>
/// <param name="SkPr">The responder's AUTH and IntAuth.</param>
internal sealed record IkeKeys(Secret SkD, Secret SkAi, Secret SkAr, Secret SkEi, Secret SkEr, Secret SkPi, Secret SkPr) : IDisposable
{
    /// <summary>Zeroes SK_pi and SK_pr: both ends have proved themselves.</summary>
    /// <returns>The others, in place of this.</returns>
    public IkeKeys WithoutProofs()
    {
        SkPi.Dispose();
        SkPr.Dispose();
        return this with { SkPi = Secret.None, SkPr = Secret.None };
    }

    public void Dispose()
    {
        foreach (Secret secret in (ReadOnlySpan<Secret>)[SkD, SkAi, SkAr, SkEi, SkEr, SkPi, SkPr])
            secret.Dispose();
    }
}
