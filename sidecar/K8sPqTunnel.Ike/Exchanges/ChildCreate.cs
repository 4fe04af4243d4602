using System.Buffers.Binary;
using K8sPqTunnel.Ike.Children;
using K8sPqTunnel.Ike.Keys;
using K8sPqTunnel.Ike.Negotiation;
using K8sPqTunnel.Ike.Sessions;
using K8sPqTunnel.Ike.Wire;

namespace K8sPqTunnel.Ike.Exchanges;

/// <summary>The child SA's part of an exchange: proposals, SPI, traffic selectors (RFC 7296 1.2, 2.9, 2.17).</summary>
internal sealed class ChildCreate
{
    private IReadOnlyList<IReadOnlyList<Transform>> _offered = [];

    /// <summary>Takes an SPI from the data plane, then announces it.</summary>
    public void WriteRequest(IkeSa sa, PayloadWriter writer)
    {
        _offered = [.. sa.Config.EspProposals.Select(proposal => proposal.WithoutKeyExchange)];
        Span<byte> spi = stackalloc byte[EspSpi.Length];
        BinaryPrimitives.WriteUInt32BigEndian(spi, sa.TakeSpi().Value);
        SaPayload.Write(writer, ProtocolId.Esp, spi, _offered);
        TrafficSelectorPayload.Write(writer, PayloadType.TrafficSelectorInitiator, sa.Config.LocalSelectors);
        TrafficSelectorPayload.Write(writer, PayloadType.TrafficSelectorResponder, sa.Config.RemoteSelectors);
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
        if (!message.TryFind(PayloadType.SecurityAssociation, out ReadOnlySpan<byte> saBody) ||
            !message.TryFind(PayloadType.TrafficSelectorInitiator, out ReadOnlySpan<byte> localBody) ||
            !message.TryFind(PayloadType.TrafficSelectorResponder, out ReadOnlySpan<byte> remoteBody) ||
            !TrafficSelectorPayload.TryRead(localBody, out List<TrafficSelector> local) ||
            !TrafficSelectorPayload.TryRead(remoteBody, out List<TrafficSelector> remote))
        {
            return PeerErrors.Violation(sa, "its answer for the child SA lacks a payload or has a malformed one");
        }

        AnswerFault fault = ProposalAnswer.Check(
            saBody, ProtocolId.Esp, _offered, EspSpi.Length, out IReadOnlyList<Transform> chosen, out ReadOnlySpan<byte> spi);
        if (fault != AnswerFault.None)
            return PeerErrors.Violation(sa, $"its choice of ESP algorithms is none from our proposals ({fault})");
        var outbound = new EspSpi(BinaryPrimitives.ReadUInt32BigEndian(spi));
        if (outbound.Value < EspSpi.Lowest)
            return PeerErrors.Violation(sa, $"its ESP SPI {outbound} is reserved");

        // RFC 7296 2.9: the answer is a subset of the offer.
        if (!IsWithin(local, sa.Config.LocalSelectors) || !IsWithin(remote, sa.Config.RemoteSelectors))
            return PeerErrors.Violation(sa, $"its traffic selectors ({string.Join(", ", local)} and {string.Join(", ", remote)}) are wider than ours");

        var selection = new EspSelection(chosen);
        child = Build(sa, selection, outbound, local, remote);
        proposal = selection.ToString();
        return null;
    }

    /// <summary>The child of IKE_AUTH, with keys from the IKE SA's (RFC 7296 2.17).</summary>
    internal static ChildSa Build(
        IkeSa sa, EspSelection selection, EspSpi outbound, IReadOnlyList<TrafficSelector> local, IReadOnlyList<TrafficSelector> remote)
    {
        ChildKeys keys = ChildKeySchedule.Derive(
            sa.Selection!.Algorithms.Prf,
            sa.Keys.SkD,
            sharedSecrets: [],
            sa.Handshake.Ni,
            sa.Handshake.Nr,
            selection.Encryption,
            selection.Integrity);
        return new ChildSa
        {
            InboundSpi = sa.TakeSpi(),
            OutboundSpi = outbound,
            Transform = selection.ToEspTransform(),
            InboundKeys = sa.IsInitiator ? keys.FromResponder : keys.FromInitiator,
            OutboundKeys = sa.IsInitiator ? keys.FromInitiator : keys.FromResponder,
            Path = sa.Path,
            UdpEncapsulation = sa.Nat.IsDetected || sa.Config.ForceUdpEncapsulation,
            LocalSelectors = local,
            RemoteSelectors = remote,
            ReplayWindow = sa.Config.ReplayWindow,
        };
    }

    private static bool IsWithin(List<TrafficSelector> narrowed, IReadOnlyList<TrafficSelector> offered) =>
        narrowed.Count > 0 && narrowed.TrueForAll(n => offered.Any(o => n.Equals(n.Intersect(o))));
}
