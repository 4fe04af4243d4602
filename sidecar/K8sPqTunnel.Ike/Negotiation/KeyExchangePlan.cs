using K8sPqTunnel.Ike.Crypto;

namespace K8sPqTunnel.Ike.Negotiation;

/// <summary>The key exchanges of a choice, in the order in which they run (RFC 9370 2.2).</summary>
/// <param name="Initial">Transform type 4; <see cref="KeyExchangeMethod.None"/> where the choice has none.</param>
/// <param name="Additional">ADDKE1 to ADDKE7; one that is chosen as NONE does not take place (2.2.1).</param>
internal sealed record KeyExchangePlan(KeyExchangeMethod Initial, IReadOnlyList<KeyExchangeMethod> Additional)
{
    public static KeyExchangePlan Of(IReadOnlyList<Transform> chosen) => new(
        (KeyExchangeMethod)chosen.FirstOrDefault(t => t.Type == TransformType.KeyExchange).Id,
        [.. chosen.Where(t => t.IsAdditionalKeyExchange && t.Id != 0).OrderBy(t => t.Type).Select(t => (KeyExchangeMethod)t.Id)]);
}
