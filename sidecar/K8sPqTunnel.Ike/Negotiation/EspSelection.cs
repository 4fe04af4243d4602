using K8sPqTunnel.Ike.Children;
using K8sPqTunnel.Ike.Crypto;

namespace K8sPqTunnel.Ike.Negotiation;

/// <summary>The algorithms of a child SA as the peer chose them from our proposals.</summary>
internal sealed record EspSelection(IReadOnlyList<Transform> Transforms)
{
    public EncryptionParameters Encryption { get; } = TransformSupport.EncryptionOf(Transforms);

    public IntegrityId Integrity { get; } = (IntegrityId)Transforms.FirstOrDefault(t => t.Type == TransformType.Integrity).Id;

    public EspTransform ToEspTransform() => new(
        Encryption.Id,
        Encryption.KeyLengthAttribute,
        Integrity,
        ExtendedSequenceNumbers: Transforms.Any(t => t is { Type: TransformType.SequenceNumbers, Id: Transform.SequenceNumbers64 }));

    public override string ToString() => ProposalText.Format(Transforms);
}
