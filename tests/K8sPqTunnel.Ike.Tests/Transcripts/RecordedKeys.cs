using K8sPqTunnel.Ike.Crypto;
using K8sPqTunnel.Ike.Keys;
using K8sPqTunnel.Ike.Protection;
using K8sPqTunnel.Ike.Wire;

namespace K8sPqTunnel.Ike.Tests.Transcripts;

/// <summary>The ciphers of every set of IKE keys of a recorded conversation.</summary>
internal sealed class RecordedKeys
{
    private readonly List<(IkeSpi InitiatorSpi, MessageCipher Initiator, MessageCipher Responder)> _sets = [];

    public RecordedKeys(Transcript transcript)
    {
        IkeAlgorithms algorithms = TranscriptAlgorithms.OfIke(transcript);
        foreach (TranscriptDerivation set in transcript.Derivations.Where(d => d.SkEi is not null))
        {
            _sets.Add((
                IkeSpi.Read(set.SpiI),
                Cipher(algorithms, set.SkEi!, set.SkAi),
                Cipher(algorithms, set.SkEr!, set.SkAr)));
        }
    }

    /// <summary>Opens a frame with the one set of keys that fits it.</summary>
    public (IkeHeader Header, OpenedPart Part, byte[] Opened) Open(byte[] frame)
    {
        Assert.Equal(ParseError.None, IkeHeader.TryRead(frame, out IkeHeader header));
        foreach ((IkeSpi spi, MessageCipher initiator, MessageCipher responder) in _sets)
        {
            if (spi != header.InitiatorSpi)
                continue;
            byte[] copy = [.. frame];
            if (MessageOpener.TryOpen(copy, header.IsFromInitiator ? initiator : responder, out OpenedPart part) == OpenResult.Opened)
                return (header, part, copy);
        }

        throw new InvalidDataException($"no recorded key opens {header}");
    }

    private static MessageCipher Cipher(IkeAlgorithms algorithms, byte[] encryption, byte[]? integrity) => MessageCipher.Create(
        algorithms.Encryption, algorithms.Integrity, new Secret(encryption), new Secret(integrity), new SystemRandomSource());
}
