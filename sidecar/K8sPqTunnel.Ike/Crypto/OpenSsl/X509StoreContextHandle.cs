using System.Runtime.InteropServices;

namespace K8sPqTunnel.Ike.Crypto.OpenSsl;

/// <summary>Owns an X509_STORE_CTX.</summary>
internal sealed class X509StoreContextHandle() : SafeHandle(0, ownsHandle: true)
{
    public override bool IsInvalid => handle == 0;

    protected override bool ReleaseHandle()
    {
        LibCrypto.X509_STORE_CTX_free(handle);
        return true;
    }
}
