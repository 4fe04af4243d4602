using K8sPqTunnel.Ike.Children;
using K8sPqTunnel.Ike.Sessions;
using K8sPqTunnel.Ike.Wire;

namespace K8sPqTunnel.Ike.Exchanges;

/// <summary>The first child SA, in IKE_AUTH: without key exchange and nonces of its own (RFC 7296 1.2, 2.17).</summary>
internal sealed class ChildCreate
{
    private ChildOffer? _offer;

    /// <summary>Takes an SPI from the data plane, then announces it.</summary>
    public void WriteRequest(IkeSa sa, PayloadWriter writer)
    {
        _offer = new ChildOffer(
            sa.Wanted.Specs[0], [.. sa.Config.EspProposals.Select(proposal => proposal.WithoutKeyExchange)], sa.FirstChild.TakeSpi());
        _offer.WriteProposals(writer);
        _offer.WriteSelectors(writer);
    }

    /// <summary>Takes the answer and makes the child from it; otherwise says why not.</summary>
    /// <param name="child">To be installed; null with a failure.</param>
    /// <param name="proposal">The chosen algorithms in strongSwan's keywords.</param>
    public IkeFailure? Accept(IkeSa sa, in IkeMessage message, out ChildSa? child, out string proposal)
    {
        child = null;
        proposal = "";
        if (message.TryFindError(out NotifyPayload error))
            return PeerErrors.InChildCreate(sa, error);
        if (_offer!.Read(sa, message, out ChildChoice? choice) is { } failure)
            return failure;
        using FreshKeys ofInit = new() { Ni = sa.Handshake.Ni, Nr = sa.Handshake.Nr };
        child = choice!.ToSa(sa, ofInit, weBegan: sa.IsInitiator);
        proposal = choice.Selection.ToString();
        return null;
    }
}
