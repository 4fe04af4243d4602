using K8sPqTunnel.Ike.Crypto;
using K8sPqTunnel.Ike.Keys;

namespace K8sPqTunnel.Ike.Negotiation;

/// <summary>The algorithms of an IKE SA as the peer chose them from our proposals.</summary>
internal sealed record IkeSelection
{
    /// <param name="transforms">At most one of each type, all of them known.</param>
    public IkeSelection(IReadOnlyList<Transform> transforms)
    {
        Transforms = transforms;
        Algorithms = new IkeAlgorithms(
            (PrfId)Id(TransformType.PseudorandomFunction), TransformSupport.EncryptionOf(transforms), (IntegrityId)Id(TransformType.Integrity));
        InitialMethod = (KeyExchangeMethod)Id(TransformType.KeyExchange);
        List<KeyExchangeMethod> additional = [];
        for (TransformType type = TransformType.AdditionalKeyExchange1; type <= TransformType.AdditionalKeyExchange7; type++)
        {
            if (Id(type) is not 0 and ushort method)
                additional.Add((KeyExchangeMethod)method);
        }

        AdditionalMethods = additional;
    }

    public IReadOnlyList<Transform> Transforms { get; }

    public IkeAlgorithms Algorithms { get; }

    /// <summary>The key exchange of IKE_SA_INIT.</summary>
    public KeyExchangeMethod InitialMethod { get; }

    /// <summary>The key exchanges of IKE_INTERMEDIATE, in their order (RFC 9370 2.2.2). NONE does not take place (2.2.1).</summary>
    public IReadOnlyList<KeyExchangeMethod> AdditionalMethods { get; }

    public bool IsQuantumSafe => Transforms.Any(t => t.IsPostQuantum);

    public override string ToString() => ProposalText.Format(Transforms.Where(t => !t.IsAdditionalKeyExchange || t.Id != 0));

    private ushort Id(TransformType type)
    {
        foreach (Transform transform in Transforms)
        {
            if (transform.Type == type)
                return transform.Id;
        }

        return 0;
    }
}
