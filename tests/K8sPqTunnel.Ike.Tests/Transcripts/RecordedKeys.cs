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

    /// <summary>Changes the inner payloads of a recorded message, and seals it anew as its sender would have.</summary>
    /// <param name="frames">The message in one piece, or in fragments; it comes back in one piece.</param>
    public byte[] Reseal(IReadOnlyList<byte[]> frames, Func<byte[], byte[]> change)
    {
        byte[] inner = OpenAll(frames, out PayloadType first);
        Assert.Equal(ParseError.None, IkeHeader.TryRead(frames[0], out IkeHeader header));
        foreach ((_, MessageCipher initiator, MessageCipher responder) in _sets)
        {
            MessageCipher cipher = header.IsFromInitiator ? initiator : responder;
            if (MessageOpener.TryOpen([.. frames[0]], cipher, out _) == OpenResult.Opened)
                return Assert.Single(MessageSealer.Seal(cipher, header, first, change(inner), int.MaxValue));
        }

        throw new InvalidDataException($"no recorded key opens {header}");
    }

    /// <summary>The inner payloads of a message in one piece, or in fragments.</summary>
    public byte[] OpenAll(IEnumerable<byte[]> frames, out PayloadType first)
    {
        Reassembler parts = new(new FragmentMemory());
        foreach (byte[] frame in frames)
        {
            (_, OpenedPart part, byte[] opened) = Open(frame);
            first = part.First;
            if (!part.IsFragment)
                return opened[part.Content];
            ReadOnlySpan<byte> headers = opened.AsSpan(0, SealedLayout.HeadersLength);
            if (parts.Add(TimeSpan.Zero, headers, part, opened.AsSpan(part.Content)) == ReassemblyResult.Complete)
            {
                first = parts.First;
                return parts.Take();
            }
        }

        throw new InvalidDataException("no complete message was sent");
    }

    private static MessageCipher Cipher(IkeAlgorithms algorithms, byte[] encryption, byte[]? integrity) => MessageCipher.Create(
        algorithms.Encryption, algorithms.Integrity, new Secret(encryption), new Secret(integrity), new SystemRandomSource());
}
