using System.Buffers.Binary;
using K8sPqTunnel.Ike.Crypto;

namespace K8sPqTunnel.Ike.Keys;

/// <summary>What each side's AUTH payload vouches for (RFC 7296 2.15, RFC 9242 3.3.2).</summary>
internal static class SignedOctets
{
    /// <summary>
    /// InitiatorSignedOctets = RealMessage1 | Nr | prf(SK_pi, IDi') [| IntAuth], and for the responder RealMessage2 | Ni |
    /// prf(SK_pr, IDr') [| IntAuth].
    /// </summary>
    /// <param name="prf">The IKE SA's PRF.</param>
    /// <param name="ownMessage">The signer's IKE_SA_INIT message that was accepted, cookie included, non-ESP marker not.</param>
    /// <param name="peerNonce">Nr when the initiator signs, Ni when the responder does.</param>
    /// <param name="skP">The signer's SK_pi or SK_pr, after the last IKE_INTERMEDIATE.</param>
    /// <param name="idPayloadBody">The signer's ID payload without generic header: type, three reserved octets, data.</param>
    /// <param name="intAuth">From <see cref="IntAuthOf"/>; empty when there was no IKE_INTERMEDIATE.</param>
    public static byte[] Compose(
        PrfId prf,
        ReadOnlySpan<byte> ownMessage,
        ReadOnlySpan<byte> peerNonce,
        Secret skP,
        ReadOnlySpan<byte> idPayloadBody,
        ReadOnlySpan<byte> intAuth)
    {
        using Secret macedId = Prf.Of(prf).Compute(skP.Span, idPayloadBody);
        return [.. ownMessage, .. peerNonce, .. macedId.Span, .. intAuth];
    }

    /// <summary>IntAuth = IntAuth_iN | IntAuth_rN | IKE_AUTH_MID; empty without any IKE_INTERMEDIATE (RFC 9242 3.3.2).</summary>
    /// <param name="initiator">What the original initiator sent.</param>
    /// <param name="responder">What the original responder sent.</param>
    /// <param name="ikeAuthMessageId">Message ID of the first IKE_AUTH request.</param>
    public static byte[] IntAuthOf(IntAuth initiator, IntAuth responder, uint ikeAuthMessageId)
    {
        if (initiator.IsEmpty && responder.IsEmpty)
            return [];
        Span<byte> messageId = stackalloc byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32BigEndian(messageId, ikeAuthMessageId);
        return [.. initiator.Value, .. responder.Value, .. messageId];
    }
}
