using System.Security.Cryptography;

namespace K8sPqTunnel.Ike.Crypto;

/// <summary>ML-KEM, initiating half: sends the encapsulation key, decapsulates the answer (draft-ietf-ipsecme-ikev2-mlkem 2).</summary>
/// <remarks>A changed ciphertext of the right length gives another secret, not an error (implicit rejection, FIPS 203 6.3):
/// it shows when the next message doesn't decrypt.</remarks>
internal sealed class MlKemKeyExchange : KeyExchange
{
    private readonly MLKem _key;
    private readonly byte[] _encapsulationKey;

    /// <summary>Takes ownership of a key that has its decapsulation part.</summary>
    internal MlKemKeyExchange(KeyExchangeParameters parameters, MLKem key)
        : base(parameters)
    {
        _key = key;
        _encapsulationKey = key.ExportEncapsulationKey();
    }

    public override ReadOnlySpan<byte> Data => _encapsulationKey;

    /// <summary>A fresh key pair: one per exchange, never kept (draft-ietf-ipsecme-ikev2-mlkem 3).</summary>
    public static MlKemKeyExchange Generate(KeyExchangeParameters parameters) =>
        new(parameters, MLKem.GenerateKey(AlgorithmOf(parameters.Method)));

    internal static MLKemAlgorithm AlgorithmOf(KeyExchangeMethod method) => method switch
    {
        KeyExchangeMethod.MlKem512 => MLKemAlgorithm.MLKem512,
        KeyExchangeMethod.MlKem768 => MLKemAlgorithm.MLKem768,
        KeyExchangeMethod.MlKem1024 => MLKemAlgorithm.MLKem1024,
        _ => throw new ArgumentOutOfRangeException(nameof(method), method, "not an ML-KEM method"),
    };

    protected override KeyExchangeError Derive(ReadOnlySpan<byte> peerData, out Secret? secret)
    {
        // FIPS 203 7.3: the ciphertext's length, which the base class has checked, is all that can be wrong.
        secret = Secret.Create(Parameters.SecretLength, peerData, (destination, ciphertext) => _key.Decapsulate(ciphertext, destination));
        return KeyExchangeError.None;
    }

    protected override void Dispose(bool disposing) => _key.Dispose();
}
