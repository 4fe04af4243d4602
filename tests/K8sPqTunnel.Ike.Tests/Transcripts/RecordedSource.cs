using System.Diagnostics.CodeAnalysis;
using K8sPqTunnel.Ike.Children;
using K8sPqTunnel.Ike.Crypto;

namespace K8sPqTunnel.Ike.Tests.Transcripts;

/// <summary>Everything that chance decided in a recorded conversation.</summary>
internal sealed class RecordedSource(byte[] spi, byte[] nonce, EspSpi espSpi, Queue<RecordedKeyExchange> keyExchanges)
    : IRandomSource, IKeyExchangeSource, IEspSpiSource
{
    public void Fill(Span<byte> destination)
    {
        // An SPI has 8 octets and a nonce 32; nothing else that chance fills is part of what is compared.
        if (destination.Length == spi.Length)
            spi.CopyTo(destination);
        else if (destination.Length == nonce.Length)
            nonce.CopyTo(destination);
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
        out KeyExchangeError error)
    {
        ourData = null;
        secret = null;
        error = KeyExchangeError.NotOnCurve;
        // Nothing is recorded for data that nobody sent.
        if (!keyExchanges.TryPeek(out RecordedKeyExchange? next) || next.Method != method || !next.IsFor(peerData))
            return false;
        (ourData, secret) = keyExchanges.Dequeue().Respond();
        error = KeyExchangeError.None;
        return true;
    }

    public EspSpi Allocate() => espSpi;

    public void Release(EspSpi spi)
    {
        // Some tests stop before the child is there.
    }
}
