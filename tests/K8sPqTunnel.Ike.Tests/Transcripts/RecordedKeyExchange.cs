using K8sPqTunnel.Ike.Crypto;

namespace K8sPqTunnel.Ike.Tests.Transcripts;

/// <summary>A key exchange whose outcome is known: gives out the recorded data, and the recorded secret for the recorded answer.</summary>
/// <param name="data">What the recorded initiator sent.</param>
/// <param name="answer">What the recorded responder sent.</param>
/// <param name="shared">What both made of it.</param>
internal sealed class RecordedKeyExchange(KeyExchangeParameters parameters, byte[] data, byte[] answer, byte[] shared)
    : KeyExchange(parameters)
{
    public override ReadOnlySpan<byte> Data => data;

    public bool IsFor(ReadOnlySpan<byte> peerData) => peerData.SequenceEqual(data);

    /// <summary>The responder's half: the recorded answer to the recorded data.</summary>
    public (byte[] Answer, Secret Secret) Respond() => (answer, new Secret(shared));

    protected override KeyExchangeError Derive(ReadOnlySpan<byte> peerData, out Secret? secret)
    {
        Assert.Equal(answer, peerData.ToArray());
        secret = new Secret(shared);
        return KeyExchangeError.None;
    }

    protected override void Dispose(bool disposing)
    {
        // What was recorded is no secret.
    }
}
