using K8sPqTunnel.Ike.Crypto;

namespace K8sPqTunnel.Ike.Tests.Transcripts;

/// <summary>A key exchange whose outcome is known: gives out the recorded data, and the recorded secret for the recorded answer.</summary>
internal sealed class RecordedKeyExchange(KeyExchangeParameters parameters, byte[] data, byte[] peerData, byte[] secret) : KeyExchange(parameters)
{
    public override ReadOnlySpan<byte> Data => data;

    protected override KeyExchangeError Derive(ReadOnlySpan<byte> peerData1, out Secret? secret1)
    {
        Assert.Equal(peerData, peerData1.ToArray());
        secret1 = new Secret(secret);
        return KeyExchangeError.None;
    }

    protected override void Dispose(bool disposing)
    {
    }
}
