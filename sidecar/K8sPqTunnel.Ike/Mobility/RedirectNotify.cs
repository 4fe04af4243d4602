using System.Net;
using System.Net.Sockets;
using K8sPqTunnel.Ike.Sessions;
using K8sPqTunnel.Ike.Wire;

namespace K8sPqTunnel.Ike.Mobility;

/// <summary>A gateway sends its peer to another one (RFC 5685 7): type 1 | length 1 | identity | nonce, in IKE_SA_INIT only.</summary>
internal static class RedirectNotify
{
    private const byte Ipv4 = 1;
    private const byte Ipv6 = 2;
    private const int FixedLength = 2;

    /// <summary>That we go where we are sent, or where we come from (RFC 5685 3, 5).</summary>
    public static void WriteSupport(IkeSa sa, PayloadWriter writer)
    {
        if (!sa.Config.FollowRedirects)
            return;
        if (sa.RedirectedFrom is { } from)
        {
            byte[] octets = from.GetAddressBytes();
            NotifyPayload.Write(writer, NotifyType.RedirectedFrom, [TypeOf(from), (byte)octets.Length, .. octets]);
        }
        else
        {
            NotifyPayload.Write(writer, NotifyType.RedirectSupported);
        }
    }

    /// <summary>Where a message that has proved authentic sends us; null where it doesn't, or where we do not go.</summary>
    public static IPAddress? TargetIn(IkeSa sa, in IkeMessage message) =>
        TryRead(sa, message, out IPAddress? target, out ReadOnlySpan<byte> rest) && rest.IsEmpty ? target : null;

    /// <summary>The same of an IKE_SA_INIT answer, which has to carry our nonce: else anybody could have sent it (RFC 5685 3).</summary>
    public static IPAddress? TargetInInit(IkeSa sa, in IkeMessage message) =>
        TryRead(sa, message, out IPAddress? target, out ReadOnlySpan<byte> nonce) && nonce.SequenceEqual(sa.Handshake.Ni) ? target : null;

    /// <summary>Why the SA ends: to begin at the other gateway.</summary>
    public static IkeFailure Leave(IkeSa sa, IPAddress target)
    {
        sa.RedirectTo = target;
        return new IkeFailure(
            FailureReason.Redirected,
            $"tunnel \"{sa.Config.Name}\": peer {sa.Path.Remote.Address} sends us to {target}, {IkeLimits.Redirects} times in {IkeLimits.RedirectSeconds} s or more: " +
            "check which gateways redirect to each other");
    }

    private static bool TryRead(IkeSa sa, in IkeMessage message, out IPAddress? target, out ReadOnlySpan<byte> rest)
    {
        target = null;
        rest = default;
        if (!sa.Config.FollowRedirects || !message.TryFindNotify(NotifyType.Redirect, out NotifyPayload notify))
            return false;
        ReadOnlySpan<byte> data = notify.Data;
        if (data.Length < FixedLength || data.Length < FixedLength + data[1] || (data[0], data[1]) is not ((Ipv4, 4) or (Ipv6, 16)))
            return false;                                                // A name would have to be asked for outside.
        target = new IPAddress(data.Slice(FixedLength, data[1]));
        rest = data[(FixedLength + data[1])..];
        return target.AddressFamily == sa.Path.Local.AddressFamily;
    }

    private static byte TypeOf(IPAddress address) => address.AddressFamily == AddressFamily.InterNetwork ? Ipv4 : Ipv6;
}
