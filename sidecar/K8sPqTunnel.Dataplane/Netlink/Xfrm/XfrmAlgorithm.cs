using System.Runtime.InteropServices;
using System.Text;
using K8sPqTunnel.Ike.Crypto;

namespace K8sPqTunnel.Dataplane.Netlink.Xfrm;

/// <summary>An algorithm of a state with its key (struct xfrm_algo, xfrm_algo_auth, xfrm_algo_aead).</summary>
/// <param name="Name">The kernel's, for example <c>rfc4106(gcm(aes))</c>.</param>
/// <param name="KeyBits">With the salt.</param>
/// <param name="IcvBits">Of an AEAD or an integrity algorithm; null for a cipher, whose struct has no such member.</param>
/// <param name="Key">Null in what was read: keys are not taken out of the kernel again.</param>
internal sealed record XfrmAlgorithm(string Name, int KeyBits, int? IcvBits, Secret? Key = null)
{
    private const int NameLength = 64;
    private const int KeyBitsOffset = NameLength;
    private const int IcvBitsOffset = KeyBitsOffset + 4;

    public static XfrmAlgorithm WithKey(string name, int? icvBits, Secret key) => new(name, key.Length * 8, icvBits, key);

    public void Write(NetlinkWriter writer, ushort attribute)
    {
        ReadOnlySpan<byte> key = Key is null ? [] : Key.Span;
        int header = IcvBits is null ? IcvBitsOffset : IcvBitsOffset + 4;
        Span<byte> value = writer.Reserve(attribute, header + key.Length);
        Encoding.ASCII.GetBytes(Name, value[..NameLength]);
        MemoryMarshal.Write(value[KeyBitsOffset..], (uint)KeyBits);
        if (IcvBits is { } icv)
            MemoryMarshal.Write(value[IcvBitsOffset..], (uint)icv);
        key.CopyTo(value[header..]);
    }

    /// <summary>Null where the attribute is too short to be one.</summary>
    public static XfrmAlgorithm? Read(ReadOnlySpan<byte> value, bool hasIcv)
    {
        if (value.Length < (hasIcv ? IcvBitsOffset + 4 : IcvBitsOffset))
            return null;
        ReadOnlySpan<byte> name = value[..NameLength];
        int end = name.IndexOf((byte)0);
        return new XfrmAlgorithm(
            Encoding.ASCII.GetString(end < 0 ? name : name[..end]), MemoryMarshal.Read<int>(value[KeyBitsOffset..]),
            hasIcv ? MemoryMarshal.Read<int>(value[IcvBitsOffset..]) : null);
    }
}
