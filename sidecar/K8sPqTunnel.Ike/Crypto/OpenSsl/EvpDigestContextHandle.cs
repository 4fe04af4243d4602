using System.Runtime.InteropServices;

namespace K8sPqTunnel.Ike.Crypto.OpenSsl;

/// <summary>Owns an EVP_MD_CTX.</summary>
internal sealed class EvpDigestContextHandle() : SafeHandle(0, ownsHandle: true)
{
    public override bool IsInvalid => handle == 0;

    protected override bool ReleaseHandle()
    {
        LibCrypto.EVP_MD_CTX_free(handle);
        return true;
    }
}
