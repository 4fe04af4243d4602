using System.Diagnostics.CodeAnalysis;
using K8sPqTunnel.Ike.Children;
using K8sPqTunnel.Ike.Crypto;

namespace K8sPqTunnel.Ike.Tests.Transcripts;

/// <summary>Everything that chance decided in a recorded conversation.</summary>
internal sealed class RecordedSource(byte[] spiI, byte[] ni, EspSpi espSpi, Queue<RecordedKeyExchange> keyExchanges)
    : IRandomSource, IKeyExchangeSource, IEspSpiSource
{
    public void Fill(Span<byte> destination)
    {
        // An SPI has 8 octets and a nonce 32; nothing else that chance fills is part of what is compared.
        if (destination.Length == spiI.Length)
            spiI.CopyTo(destination);
        else if (destination.Length == ni.Length)
            ni.CopyTo(destination);
        else
            destination.Clear();
    }

    public KeyExchange Start(KeyExchangeMethod method)
    {
        RecordedKeyExchange next = keyExchanges.Dequeue();
        Assert.Equal(next.Method, method);
        return next;
    }

    public bool TryRespond(
        KeyExchangeMethod method,
        ReadOnlySpan<byte> peerData,
        [NotNullWhen(true)] out byte[]? ourData,
        [NotNullWhen(true)] out Secret? secret,
        out KeyExchangeError error) => throw new NotSupportedException("the recorded side begins");

    public EspSpi Allocate() => espSpi;

    public void Release(EspSpi spi)
    {
        // Some tests stop before the child is there.
    }
}
