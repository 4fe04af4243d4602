using System.Runtime.InteropServices;

namespace K8sPqTunnel.Ike.Crypto.OpenSsl;

/// <summary>OSSL_PARAM(3): one element of a list that the element with no key ends.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct OsslParameter
{
    private const uint Utf8String = 4;

    private nint _key;
    private uint _type;
    private nint _data;
    private nuint _length;
    private nuint _returned;

    /// <param name="key">The name in UTF-8 with a zero behind it; stays the caller's.</param>
    /// <param name="value">As <paramref name="key"/>.</param>
    /// <param name="length">Octets of <paramref name="value"/>, without the zero.</param>
    public static OsslParameter Text(nint key, nint value, int length) => new()
    {
        _key = key,
        _type = Utf8String,
        _data = value,
        _length = (nuint)length,
    };
}
