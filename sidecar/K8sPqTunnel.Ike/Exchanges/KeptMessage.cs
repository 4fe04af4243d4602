using K8sPqTunnel.Ike.Crypto;
using K8sPqTunnel.Ike.Wire;

namespace K8sPqTunnel.Ike.Exchanges;

/// <summary>A message as it was before it was sealed, for cutting it into smaller pieces when it gets no answer (RFC 7383 2.5.1).</summary>
/// <param name="First">Type of the first payload.</param>
/// <param name="Content">The payload chain.</param>
/// <param name="Cipher">Of the keys that it was sealed under.</param>
internal sealed record KeptMessage(IkeHeader Header, PayloadType First, byte[] Content, MessageCipher Cipher);
