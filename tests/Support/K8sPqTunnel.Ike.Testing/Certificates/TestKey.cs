using System.Runtime.InteropServices;
using System.Security.Cryptography;
using K8sPqTunnel.Ike.Authentication.Signatures;
using K8sPqTunnel.Ike.Crypto.OpenSsl;

namespace K8sPqTunnel.Ike.Testing.Certificates;

/// <summary>A fresh key pair of any kind.</summary>
internal sealed class TestKey : IDisposable
{
    // RFC 8410 7: a PKCS #8 structure around 32 octets of seed.
    private static readonly byte[] Ed25519Prefix = Convert.FromHexString("302e020100300506032b657004220420");

    private TestKey(byte[] pkcs8)
    {
        Pkcs8 = pkcs8;
        SigningKey = SigningKey.Read(pkcs8, out string? flaw) ?? throw new InvalidOperationException($"the private key {flaw}");
        SubjectPublicKeyInfo = ExportPublicKey(pkcs8);
        VerificationKey = VerificationKey.Read(SubjectPublicKeyInfo, out flaw) ?? throw new InvalidOperationException($"its key {flaw}");
    }

    public byte[] Pkcs8 { get; }

    public SigningKey SigningKey { get; }

    public VerificationKey VerificationKey { get; }

    public byte[] SubjectPublicKeyInfo { get; }

    /// <summary>Makes one.</summary>
    /// <exception cref="PlatformNotSupportedException">This OpenSSL has no ML-DSA.</exception>
    internal static TestKey Generate(KeyKind kind, int rsaBits = 2048) => new(kind switch
    {
        KeyKind.Rsa => Rsa(rsaBits),
        KeyKind.EcdsaP256 => Ecdsa(ECCurve.NamedCurves.nistP256),
        KeyKind.EcdsaP384 => Ecdsa(ECCurve.NamedCurves.nistP384),
        KeyKind.EcdsaP521 => Ecdsa(ECCurve.NamedCurves.nistP521),
        KeyKind.Ed25519 => [.. Ed25519Prefix, .. RandomNumberGenerator.GetBytes(32)],
        KeyKind.MlDsa44 => MlDsa(0x11),
        KeyKind.MlDsa65 => MlDsa(0x12),
        KeyKind.MlDsa87 => MlDsa(0x13),
        _ => throw new ArgumentOutOfRangeException(nameof(kind)),
    });

    public void Dispose()
    {
        SigningKey.Dispose();
        VerificationKey.Dispose();
    }

    internal static byte[] Rsa(int bits)
    {
        using RSA rsa = RSA.Create(bits);
        return rsa.ExportPkcs8PrivateKey();
    }

    internal static byte[] Ecdsa(ECCurve curve)
    {
        using ECDsa ecdsa = ECDsa.Create(curve);
        return ecdsa.ExportPkcs8PrivateKey();
    }

    /// <summary>In the seed form of RFC 9881 6.</summary>
    private static byte[] MlDsa(byte oidEnd)
    {
        if (!MLDsa.IsSupported)
            throw new PlatformNotSupportedException("this OpenSSL has no ML-DSA: run the tests where it is 3.5 or newer");
        byte[] prefix = Convert.FromHexString("3034020100300b06096086480165030403" + oidEnd.ToString("x2") + "04228020");
        return [.. prefix, .. RandomNumberGenerator.GetBytes(32)];
    }

    private static byte[] ExportPublicKey(byte[] pkcs8)
    {
        GCHandle pinned = GCHandle.Alloc(pkcs8, GCHandleType.Pinned);
        nint position = pinned.AddrOfPinnedObject();
        using EvpPKeyHandle key = new(LibCrypto.d2i_AutoPrivateKey(0, ref position, pkcs8.Length));
        pinned.Free();
        byte[] der = new byte[i2d_PUBKEY(key.DangerousGetHandle(), 0)];
        pinned = GCHandle.Alloc(der, GCHandleType.Pinned);
        position = pinned.AddrOfPinnedObject();
        if (i2d_PUBKEY(key.DangerousGetHandle(), ref position) != der.Length)
            throw new InvalidOperationException("the public key cannot be written");
        pinned.Free();
        return der;
    }

    [DllImport("libcrypto.so.3")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int i2d_PUBKEY(nint key, nint nothing);

    [DllImport("libcrypto.so.3")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int i2d_PUBKEY(nint key, ref nint output);
}
