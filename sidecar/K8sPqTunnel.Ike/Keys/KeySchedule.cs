using K8sPqTunnel.Ike.Crypto;
using K8sPqTunnel.Ike.Wire;

namespace K8sPqTunnel.Ike.Keys;

/// <summary>How one IKE SA derives its keys: its algorithms, nonces and SPIs. Holds no secret itself.</summary>
/// <remarks>RFC 7296 2.14 and 2.18, RFC 9370 2.2.2 and 2.2.4, RFC 8784 3, RFC 9867 3.1.</remarks>
internal sealed class KeySchedule
{
    private readonly Prf _prf;
    private readonly IkeAlgorithms _algorithms;
    private readonly byte[] _nonces;
    private readonly byte[] _seed;

    /// <summary>Takes the algorithms and the public inputs of this SA; copies them.</summary>
    /// <param name="algorithms">As negotiated for this SA.</param>
    /// <param name="ni">The initiator's nonce, without payload header.</param>
    /// <param name="nr">The responder's nonce.</param>
    /// <param name="spiI">8 octets; of the new SA when this SA replaces another (RFC 7296 2.18).</param>
    /// <param name="spiR">8 octets.</param>
    public KeySchedule(
        IkeAlgorithms algorithms, ReadOnlySpan<byte> ni, ReadOnlySpan<byte> nr, ReadOnlySpan<byte> spiI, ReadOnlySpan<byte> spiR)
    {
        _algorithms = algorithms;
        _prf = Prf.Of(algorithms.Prf);
        _nonces = [.. ni, .. nr];
        _seed = [.. _nonces, .. spiI, .. spiR];
    }

    /// <summary>The keys after IKE_SA_INIT. SKEYSEED = prf(Ni | Nr, g^ir); RFC 7296 2.14.</summary>
    public IkeKeys First(Secret sharedSecret)
    {
        using Secret skeyseed = _prf.Compute(_nonces, sharedSecret.Span);
        return Expand(skeyseed);
    }

    /// <summary>The keys after additional key exchange n. SKEYSEED(n) = prf(SK_d(n-1), SK(n) | Ni | Nr); RFC 9370 2.2.2.</summary>
    /// <param name="previous">Keys n-1: they protect both messages of IKE_INTERMEDIATE n, and stay the caller's.</param>
    /// <param name="sharedSecret">SK(n).</param>
    public IkeKeys Next(IkeKeys previous, Secret sharedSecret)
    {
        using Secret skeyseed = _prf.Compute(previous.SkD.Span, sharedSecret.Span, _nonces);
        return Expand(skeyseed);
    }

    /// <summary>The first keys of this SA when it replaces another.</summary>
    /// <remarks>SKEYSEED = prf(SK_d(old), SK(0) | Ni | Nr | SK(1) | … | SK(n)); RFC 7296 2.18, RFC 9370 2.2.4.
    /// The PRF is the old SA's; the new SA's expands.</remarks>
    /// <param name="oldPrf">The PRF of the SA that is replaced.</param>
    /// <param name="oldSkD">Its SK_d.</param>
    /// <param name="sharedSecrets">SK(0), SK(1), … SK(n).</param>
    public IkeKeys Rekeyed(PrfId oldPrf, Secret oldSkD, ReadOnlySpan<Secret> sharedSecrets)
    {
        using PrfComputation computation = Prf.Of(oldPrf).Begin(oldSkD.Span);
        computation.Append(sharedSecrets[0].Span).Append(_nonces);
        foreach (Secret additional in sharedSecrets[1..])
            computation.Append(additional.Span);
        using Secret skeyseed = computation.Finish();
        return Expand(skeyseed);
    }

    /// <summary>Mixes a postquantum preshared key in, once, after the last IKE_INTERMEDIATE.</summary>
    /// <remarks>SK_d = prf+(PPK, SK_d'), SK_pi = prf+(PPK, SK_pi'), SK_pr = prf+(PPK, SK_pr'); RFC 8784 3.</remarks>
    /// <param name="previous">Stays the caller's.</param>
    /// <param name="ppk">The key; should have 256 bits.</param>
    public IkeKeys WithPpk(IkeKeys previous, Secret ppk) => new(
        SkD: _prf.Expand(ppk.Span, previous.SkD.Span, _prf.OutputLength),
        SkAi: previous.SkAi.Copy(),
        SkAr: previous.SkAr.Copy(),
        SkEi: previous.SkEi.Copy(),
        SkEr: previous.SkEr.Copy(),
        SkPi: _prf.Expand(ppk.Span, previous.SkPi.Span, _prf.OutputLength),
        SkPr: _prf.Expand(ppk.Span, previous.SkPr.Span, _prf.OutputLength));

    /// <summary>Mixes a postquantum preshared key in with the last IKE_INTERMEDIATE, after its key exchange.</summary>
    /// <remarks>SKEYSEED' = prf+(PPK, SK_d), as long as the PRF's key, expanded as ever; RFC 9867 3.1.</remarks>
    /// <param name="previous">Stays the caller's.</param>
    /// <param name="ppk">The key; should have 256 bits.</param>
    public IkeKeys NextWithPpk(IkeKeys previous, Secret ppk)
    {
        using Secret skeyseed = _prf.Expand(ppk.Span, previous.SkD.Span, _prf.OutputLength);
        return Expand(skeyseed);
    }

    /// <summary>What shows the peer that we mean the same PPK: the first octets of prf(PPK, Ni | Nr | SPIi | SPIr); RFC 9867 3.1.</summary>
    public byte[] PpkConfirmation(Secret ppk)
    {
        using Secret whole = _prf.Compute(ppk.Span, _seed);
        return whole.Span[..PpkIdentity.ConfirmationLength].ToArray();
    }

    /// <summary>{SK_d | SK_ai | SK_ar | SK_ei | SK_er | SK_pi | SK_pr} = prf+(SKEYSEED, Ni | Nr | SPIi | SPIr); RFC 7296 2.14.</summary>
    private IkeKeys Expand(Secret skeyseed)
    {
        int prf = _prf.OutputLength;
        int integrity = Integrity.KeyLengthOf(_algorithms.Integrity);
        int encryption = _algorithms.Encryption.KeyMaterialLength;
        using Secret expanded = _prf.Expand(skeyseed.Span, _seed, 3 * prf + 2 * integrity + 2 * encryption);
        KeyStream keys = new(expanded);
        return new IkeKeys(
            SkD: keys.Take(prf),
            SkAi: keys.Take(integrity),
            SkAr: keys.Take(integrity),
            SkEi: keys.Take(encryption),
            SkEr: keys.Take(encryption),
            SkPi: keys.Take(prf),
            SkPr: keys.Take(prf));
    }
}
