using K8sPqTunnel.Ike.Crypto;

namespace K8sPqTunnel.Ike.Negotiation;

/// <summary>One algorithm of a proposal, as the numbers that stand on the wire (RFC 7296 3.3.2).</summary>
/// <param name="Id">Transform ID, in the space of its type.</param>
/// <param name="KeyBits">Key Length attribute in bits; 0 where the transform carries none.</param>
public readonly record struct Transform(TransformType Type, ushort Id, int KeyBits = 0)
{
    /// <summary>Sequence numbers of 32 bits (RFC 9827).</summary>
    public const ushort SequenceNumbers32 = 0;

    /// <summary>Sequence numbers of 64 bits, partially sent: ESN (RFC 4304).</summary>
    public const ushort SequenceNumbers64 = 1;

    public static Transform Of(EncryptionParameters encryption) =>
        new(TransformType.Encryption, (ushort)encryption.Id, encryption.KeyLengthAttribute);

    public static Transform Of(PrfId prf) => new(TransformType.PseudorandomFunction, (ushort)prf);

    public static Transform Of(IntegrityId integrity) => new(TransformType.Integrity, (ushort)integrity);

    public static Transform Of(KeyExchangeMethod method) => new(TransformType.KeyExchange, (ushort)method);

    /// <summary>An additional key exchange (RFC 9370 2.2.1).</summary>
    /// <param name="round">1 to 7.</param>
    public static Transform Additional(int round, KeyExchangeMethod method) =>
        new(TransformType.AdditionalKeyExchange1 + (byte)(round - 1), (ushort)method);

    /// <summary>True for ADDKE1 to ADDKE7.</summary>
    public bool IsAdditionalKeyExchange =>
        Type is >= TransformType.AdditionalKeyExchange1 and <= TransformType.AdditionalKeyExchange7;

    public bool IsPostQuantum =>
        (Type == TransformType.KeyExchange || IsAdditionalKeyExchange) &&
        KeyExchangeParameters.TryFind((KeyExchangeMethod)Id, out KeyExchangeParameters? method) &&
        method.IsPostQuantum;
}
