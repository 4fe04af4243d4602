namespace K8sPqTunnel.Api.Proposals;

/// <summary>One transform of a proposal in IANA's numbers.</summary>
/// <param name="Type">Which job it does.</param>
/// <param name="Id">The transform ID within that type.</param>
/// <param name="KeyBits">The key length attribute in bits; 0 where the transform has none (RFC 7296 3.3.5).</param>
public readonly record struct Transform(TransformType Type, ushort Id, ushort KeyBits = 0)
{
    /// <summary>True for type 4 and for the additional key exchanges 6 to 12, which share one number space (RFC 9370 3.1.1).</summary>
    public bool IsKeyExchange => Type is TransformType.KeyExchange or >= TransformType.AdditionalKeyExchange1;
}
