using K8sPqTunnel.Ike.Crypto;
using K8sPqTunnel.Ike.Negotiation;
using K8sPqTunnel.Ike.Sessions;
using K8sPqTunnel.Ike.Wire;

namespace K8sPqTunnel.Ike.Exchanges;

/// <summary>Our choice from a peer's CREATE_CHILD_SA, before its key exchange is looked at.</summary>
/// <param name="Begin">Takes an SPI and begins the SA, with the nonces, the first key, and the key exchanges that follow.</param>
/// <param name="WriteRest">Writes what stands behind the key.</param>
internal readonly record struct PreparedAnswer(
    ProtocolId Protocol,
    ProposalMatch Match,
    Func<FreshKeys, IReadOnlyList<KeyExchangeMethod>, AnsweredCreation> Begin,
    Action<PayloadWriter> WriteRest);
