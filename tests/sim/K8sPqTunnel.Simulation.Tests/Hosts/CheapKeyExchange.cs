using System.Security.Cryptography;
using K8sPqTunnel.Ike.Crypto;

namespace K8sPqTunnel.Simulation.Tests.Hosts;

/// <summary>
/// A key exchange with the lengths of the real one and none of its mathematics: the secret is a hash of what both ends said. The
/// simulation is about who says what when; the real methods have vectors of their own.
/// </summary>
internal sealed class CheapKeyExchange : KeyExchange
{
    private readonly byte[] _data;

    public CheapKeyExchange(KeyExchangeParameters parameters, IRandomSource random)
        : base(parameters)
    {
        _data = new byte[parameters.InitiatorDataLength];
        random.Fill(_data);
    }

    public override ReadOnlySpan<byte> Data => _data;

    public static Secret SecretOf(KeyExchangeParameters parameters, ReadOnlySpan<byte> initiator, ReadOnlySpan<byte> responder)
    {
        byte[] seed = SHA256.HashData([.. initiator, .. responder]);
        return Secret.Create(parameters.SecretLength, seed, static (destination, hash) =>
        {
            for (int i = 0; i < destination.Length; i++)
                destination[i] = hash[i % hash.Length];
        });
    }

    protected override KeyExchangeError Derive(ReadOnlySpan<byte> peerData, out Secret? secret)
    {
        secret = SecretOf(Parameters, _data, peerData);
        return KeyExchangeError.None;
    }

    protected override void Dispose(bool disposing)
    {
        // Nothing here is worth zeroing.
    }
}
