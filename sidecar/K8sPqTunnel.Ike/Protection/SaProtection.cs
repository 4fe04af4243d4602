using K8sPqTunnel.Ike.Crypto;
using K8sPqTunnel.Ike.Keys;

namespace K8sPqTunnel.Ike.Protection;

/// <summary>The ciphers of both directions under one set of an IKE SA's keys.</summary>
internal sealed class SaProtection(MessageCipher outbound, MessageCipher inbound) : IDisposable
{
    public MessageCipher Outbound { get; } = outbound;

    public MessageCipher Inbound { get; } = inbound;

    /// <summary>The ciphers of one end.</summary>
    /// <param name="isInitiator">Whether this end began the IKE SA.</param>
    public static SaProtection Create(IkeAlgorithms algorithms, IkeKeys keys, bool isInitiator, IRandomSource random)
    {
        MessageCipher initiator = MessageCipher.Create(algorithms.Encryption, algorithms.Integrity, keys.SkEi, keys.SkAi, random);
        MessageCipher responder = MessageCipher.Create(algorithms.Encryption, algorithms.Integrity, keys.SkEr, keys.SkAr, random);
        return isInitiator ? new SaProtection(initiator, responder) : new SaProtection(responder, initiator);
    }

    public void Dispose()
    {
        Outbound.Dispose();
        Inbound.Dispose();
    }
}
