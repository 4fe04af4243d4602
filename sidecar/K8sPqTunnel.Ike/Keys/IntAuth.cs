using System.Buffers.Binary;
using K8sPqTunnel.Ike.Crypto;

namespace K8sPqTunnel.Ike.Keys;

/// <summary>What AUTH takes from the IKE_INTERMEDIATE exchanges, of one side of the conversation (RFC 9242 3.3.2).</summary>
/// <remarks>IntAuth_1 = prf(SK_p(0), A_1 | P_1), IntAuth_n = prf(SK_p(n-1), IntAuth_(n-1) | A_n | P_n).</remarks>
internal sealed class IntAuth(PrfId prf)
{
    private const int IkeLengthOffset = 24;
    private const int GenericHeaderLength = 4;

    private readonly Prf _prf = Prf.Of(prf);
    private byte[] _value = [];

    /// <summary>No IKE_INTERMEDIATE message has been added, so AUTH gets no IntAuth at all (RFC 9242 3.3.2).</summary>
    public bool IsEmpty => _value.Length == 0;

    /// <summary>IntAuth_n; empty before the first message.</summary>
    public ReadOnlySpan<byte> Value => _value;

    /// <summary>Takes the next IKE_INTERMEDIATE message that this side sent.</summary>
    /// <param name="skP">SK_pi or SK_pr as it protects this exchange, that is before its key exchange is mixed in.</param>
    /// <param name="headers">
    /// From the IKE header to the generic header of the SK payload, as if the message had gone unfragmented (Next Payload 46, and
    /// the SK header naming the first inner payload). The two lengths are rewritten here.
    /// </param>
    /// <param name="inner">The decrypted payloads, without padding and pad length.</param>
    public void Add(Secret skP, ReadOnlySpan<byte> headers, ReadOnlySpan<byte> inner)
    {
        // RFC 9242 3.3.2: the lengths are those of a message whose SK payload holds the plain payloads and nothing else.
        Span<byte> adjusted = headers.Length <= 512 ? stackalloc byte[headers.Length] : new byte[headers.Length];
        headers.CopyTo(adjusted);
        BinaryPrimitives.WriteUInt32BigEndian(adjusted[IkeLengthOffset..], checked((uint)(headers.Length + inner.Length)));
        BinaryPrimitives.WriteUInt16BigEndian(adjusted[^2..], checked((ushort)(GenericHeaderLength + inner.Length)));

        byte[] next = new byte[_prf.OutputLength];
        using PrfComputation computation = _prf.Begin(skP.Span);
        computation.Append(_value).Append(adjusted).Append(inner).Finish(next);
        _value = next;
    }
}
