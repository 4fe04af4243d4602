using System.Runtime.InteropServices;
using System.Security.Cryptography;
using K8sPqTunnel.Ike.Crypto;
using K8sPqTunnel.Ike.Crypto.OpenSsl;

namespace K8sPqTunnel.Ike.Tests.Crypto;

/// <summary>Key exchanges whose private key is known, for vectors. The product can't make them.</summary>
internal static class PrivateKeys
{
    /// <summary>RFC 8410 7: PKCS #8 of an X25519 key up to the 32 octets of the key.</summary>
    private static readonly byte[] X25519Prefix = Convert.FromHexString("302e020100300506032b656e04220420");

    /// <summary>The same of an X448 key of 56 octets.</summary>
    private static readonly byte[] X448Prefix = Convert.FromHexString("3046020100300506032b656f043a0438");

    /// <param name="method">X25519, X448, or a curve of NIST or brainpool.</param>
    /// <param name="key">The private key; a scalar may have leading zeros too many or too few.</param>
    public static DiffieHellmanKeyExchange Import(KeyExchangeMethod method, ReadOnlySpan<byte> key)
    {
        byte[] pkcs8 = method switch
        {
            KeyExchangeMethod.X25519 => [.. X25519Prefix, .. key],
            KeyExchangeMethod.X448 => [.. X448Prefix, .. key],
            _ => EcPkcs8(method, key),
        };
        nint position = Marshal.AllocHGlobal(pkcs8.Length);
        try
        {
            Marshal.Copy(pkcs8, 0, position, pkcs8.Length);
            nint cursor = position;
            nint handle = D2iAutoPrivateKey(0, ref cursor, pkcs8.Length);
            Assert.NotEqual(0, handle);
            return new DiffieHellmanKeyExchange(KeyExchangeParameters.Of(method), new EvpPKeyHandle(handle));
        }
        finally
        {
            Marshal.FreeHGlobal(position);
        }
    }

    private static byte[] EcPkcs8(KeyExchangeMethod method, ReadOnlySpan<byte> key)
    {
        int length = KeyExchangeParameters.Of(method).SecretLength;
        byte[] scalar = new byte[length];
        ReadOnlySpan<byte> significant = key.TrimStart((byte)0);
        significant.CopyTo(scalar.AsSpan(length - significant.Length));
        using ECDiffieHellman imported = ECDiffieHellman.Create(new ECParameters
        {
            Curve = method switch
            {
                KeyExchangeMethod.Ecp256 => ECCurve.NamedCurves.nistP256,
                KeyExchangeMethod.Ecp384 => ECCurve.NamedCurves.nistP384,
                KeyExchangeMethod.Ecp521 => ECCurve.NamedCurves.nistP521,
                KeyExchangeMethod.BrainpoolP256 => ECCurve.NamedCurves.brainpoolP256r1,
                KeyExchangeMethod.BrainpoolP384 => ECCurve.NamedCurves.brainpoolP384r1,
                _ => ECCurve.NamedCurves.brainpoolP512r1,
            },
            D = scalar,
        });
        return imported.ExportPkcs8PrivateKey();
    }

    [DllImport("libcrypto.so.3", EntryPoint = "d2i_AutoPrivateKey")]
    private static extern nint D2iAutoPrivateKey(nint reuse, ref nint cursor, nint length);
}
