using K8sPqTunnel.Ike.Negotiation;
using K8sPqTunnel.Ike.Wire;

namespace K8sPqTunnel.Ike.Responding;

/// <summary>Reads the proposals of IKE_SA_INIT, and knows the last ones again: peers of one kind all offer the same.</summary>
internal sealed class OfferMemory
{
    private byte[] _body = [];
    private List<PeerProposal> _offered = [];

    /// <param name="body">Of the SA payload.</param>
    /// <param name="offered">The same object for the same octets in a row.</param>
    /// <returns>False where the payload is malformed.</returns>
    public bool TryRead(ReadOnlySpan<byte> body, out List<PeerProposal> offered)
    {
        offered = _offered;
        if (_body.Length > 0 && body.SequenceEqual(_body))
            return true;
        if (!PeerProposal.TryReadAll(body, ProtocolId.Ike, spiLength: 0, out offered))
            return false;
        _body = body.ToArray();
        _offered = offered;
        return true;
    }
}
