using K8sPqTunnel.Ike.Crypto;
using K8sPqTunnel.Ike.Keys;

namespace K8sPqTunnel.Ike.Negotiation;

/// <summary>The algorithms of an IKE SA as the peer chose them from our proposals.</summary>
/// <param name="Transforms">At most one of each type, all of them known.</param>
internal sealed record IkeSelection(IReadOnlyList<Transform> Transforms)
{
    public IkeAlgorithms Algorithms { get; } = new(
        (PrfId)Id(Transforms, TransformType.PseudorandomFunction),
        Transforms.Select(TransformSupport.FindEncryption).OfType<EncryptionParameters>().Single(),
        (IntegrityId)Id(Transforms, TransformType.Integrity));

    /// <summary>The key exchange of IKE_SA_INIT.</summary>
    public KeyExchangeMethod InitialMethod { get; } = (KeyExchangeMethod)Id(Transforms, TransformType.KeyExchange);

    /// <summary>The key exchanges of IKE_INTERMEDIATE, in their order (RFC 9370 2.2.2). NONE does not take place (2.2.1).</summary>
    public IReadOnlyList<KeyExchangeMethod> AdditionalMethods { get; } =
        [.. Transforms.Where(t => t.IsAdditionalKeyExchange && t.Id != 0).OrderBy(t => t.Type).Select(t => (KeyExchangeMethod)t.Id)];

    public bool IsQuantumSafe => Transforms.Any(t => t.IsPostQuantum);

    public override string ToString() => ProposalText.Format(Transforms.Where(t => !t.IsAdditionalKeyExchange || t.Id != 0));

    private static ushort Id(IReadOnlyList<Transform> transforms, TransformType type) => transforms.FirstOrDefault(t => t.Type == type).Id;
}
