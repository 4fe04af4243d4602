using System.Runtime.InteropServices;

namespace K8sPqTunnel.Ike.Crypto.OpenSsl;

/// <summary>Owns an EVP_PKEY; OpenSSL cleanses a private key when it frees it.</summary>
internal sealed class EvpPKeyHandle() : SafeHandle(0, ownsHandle: true)
{
    public EvpPKeyHandle(nint key)
        : this() => SetHandle(key);

    public override bool IsInvalid => handle == 0;

    protected override bool ReleaseHandle()
    {
        LibCrypto.EVP_PKEY_free(handle);
        return true;
    }
}
