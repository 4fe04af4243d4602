using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;

namespace K8sPqTunnel.Ike.Crypto;

/// <summary>ML-KEM, responding half: checks the encapsulation key and encapsulates to it.</summary>
internal static class MlKemEncapsulation
{
    private const int Modulus = 3329;
    private const int RhoLength = 32;

    /// <summary>Makes a shared secret and the ciphertext that carries it (draft-ietf-ipsecme-ikev2-mlkem 2.2).</summary>
    public static bool TryEncapsulate(
        KeyExchangeParameters parameters,
        ReadOnlySpan<byte> encapsulationKey,
        [NotNullWhen(true)] out byte[]? ciphertext,
        [NotNullWhen(true)] out Secret? secret,
        out KeyExchangeError error)
    {
        ciphertext = null;
        secret = null;
        error = Check(parameters, encapsulationKey);
        if (error != KeyExchangeError.None)
            return false;

        using MLKem key = MLKem.ImportEncapsulationKey(MlKemKeyExchange.AlgorithmOf(parameters.Method), encapsulationKey);
        byte[] made = new byte[parameters.ResponderDataLength];
        secret = Secret.Create(parameters.SecretLength, made, (destination, c) => key.Encapsulate(c, destination));
        ciphertext = made;
        return true;
    }

    /// <summary>FIPS 203 7.2: the length, and that each 12-bit coefficient is below q.</summary>
    /// <remarks>OpenSSL checks the same, but tells by an exception. The key is public, so the time may depend on it.</remarks>
    internal static KeyExchangeError Check(KeyExchangeParameters parameters, ReadOnlySpan<byte> encapsulationKey)
    {
        if (encapsulationKey.Length != parameters.InitiatorDataLength)
            return KeyExchangeError.WrongLength;

        ReadOnlySpan<byte> coefficients = encapsulationKey[..^RhoLength];
        for (int i = 0; i < coefficients.Length; i += 3)
        {
            int first = coefficients[i] | ((coefficients[i + 1] & 0x0f) << 8);
            int second = (coefficients[i + 1] >> 4) | (coefficients[i + 2] << 4);
            if (first >= Modulus || second >= Modulus)
                return KeyExchangeError.NotReduced;
        }

        return KeyExchangeError.None;
    }
}
