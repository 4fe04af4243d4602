using System.Runtime.InteropServices;

namespace K8sPqTunnel.Ike.Crypto.OpenSsl;

/// <summary>Owns an X509.</summary>
internal sealed class X509Handle() : SafeHandle(0, ownsHandle: true)
{
    private X509Handle(nint certificate)
        : this() => SetHandle(certificate);

    /// <summary>Reads a certificate in DER; null where it is none.</summary>
    public static unsafe X509Handle? Read(ReadOnlySpan<byte> der)
    {
        nint certificate;
        fixed (byte* start = der)
        {
            nint position = (nint)start;
            certificate = LibCrypto.d2i_X509(0, ref position, der.Length);
        }

        if (certificate != 0)
            return new X509Handle(certificate);
        LibCrypto.ERR_clear_error();
        return null;
    }

    public override bool IsInvalid => handle == 0;

    protected override bool ReleaseHandle()
    {
        LibCrypto.X509_free(handle);
        return true;
    }
}
