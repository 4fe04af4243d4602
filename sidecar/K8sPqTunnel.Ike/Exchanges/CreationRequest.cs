using System.Buffers.Binary;
using K8sPqTunnel.Ike.Children;
using K8sPqTunnel.Ike.Sessions;
using K8sPqTunnel.Ike.Wire;

namespace K8sPqTunnel.Ike.Exchanges;

/// <summary>What a peer's CREATE_CHILD_SA asks for.</summary>
/// <param name="Named">The SPI in REKEY_SA: the one that the peer receives by (RFC 7296 1.3.3).</param>
/// <param name="Old">The child that has it; null where none has, or none is to be rekeyed.</param>
internal readonly record struct CreationRequest(CreationKind Kind, EspSpi Named, Child? Old)
{
    public static CreationRequest Of(IkeSa sa, in IkeMessage message)
    {
        if (message.TryFindNotify(NotifyType.RekeySa, out NotifyPayload rekey))
        {
            EspSpi named = rekey.Protocol == ProtocolId.Esp && rekey.Spi.Length == EspSpi.Length
                ? new EspSpi(BinaryPrimitives.ReadUInt32BigEndian(rekey.Spi))
                : default;
            return new CreationRequest(CreationKind.RekeyChild, named, sa.Children.FindOutbound(named));
        }

        message.TryFind(PayloadType.SecurityAssociation, out ReadOnlySpan<byte> body);
        bool ofIke = new ProposalReader(body).TryRead(out ProposalView first) && first.Protocol == ProtocolId.Ike;
        return new CreationRequest(ofIke ? CreationKind.RekeyIke : CreationKind.NewChild, default, Old: null);
    }
}
