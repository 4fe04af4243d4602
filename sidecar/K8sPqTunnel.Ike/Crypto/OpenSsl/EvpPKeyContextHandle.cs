using System.Runtime.InteropServices;

namespace K8sPqTunnel.Ike.Crypto.OpenSsl;

/// <summary>Owns an EVP_PKEY_CTX.</summary>
internal sealed class EvpPKeyContextHandle() : SafeHandle(0, ownsHandle: true)
{
    public override bool IsInvalid => handle == 0;

    protected override bool ReleaseHandle()
    {
        LibCrypto.EVP_PKEY_CTX_free(handle);
        return true;
    }
}
