using System.Net;
using System.Net.Sockets;
using System.Text;
using K8sPqTunnel.Ike.Sessions;
using K8sPqTunnel.Ike.Wire;

namespace K8sPqTunnel.Ike.Mobility;

/// <summary>A gateway sends its peer to another one (RFC 5685 7): type 1 | length 1 | identity | nonce, in IKE_SA_INIT only.</summary>
internal static class RedirectNotify
{
    private const byte Ipv4 = 1;
    private const byte Ipv6 = 2;
    private const byte Fqdn = 3;
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
    public static IPAddress? TargetIn(IkeSa sa, in IkeMessage message) => Read(sa, message, nonce: []) is { Length: > 0 } gateway ? Target(sa, gateway) : null;

    /// <summary>What becomes of an attempt that is sent elsewhere.</summary>
    /// <param name="nonce">
    /// Ours, which an IKE_SA_INIT answer has to carry, because anybody could have sent it else (RFC 5685 3); empty for a message that has
    /// proved authentic.
    /// </param>
    /// <returns>Null where the message sends us nowhere, or nobody listens to it.</returns>
    public static IkeFailure? Take(IkeSa sa, in IkeMessage message, ReadOnlySpan<byte> nonce)
    {
        ReadOnlySpan<byte> gateway = Read(sa, message, nonce);
        if (gateway.IsEmpty)
            return null;
        return Target(sa, gateway) is { } target ? Leave(sa, target) : Refuse(sa, gateway);
    }

    /// <summary>Why the SA ends: to begin at the other gateway.</summary>
    private static IkeFailure Leave(IkeSa sa, IPAddress target)
    {
        sa.RedirectTo = target;
        return new IkeFailure(
            FailureReason.Redirected,
            $"tunnel \"{sa.Config.Name}\": peer {sa.Path.Remote.Address} sends us to {target}, {IkeLimits.Redirects} times in {IkeLimits.RedirectSeconds} s or more: " +
            "check which gateways redirect to each other");
    }

    /// <summary>A name would have to be asked for, and whoever answers would choose where we go; another family has no path from here.</summary>
    private static IkeFailure Refuse(IkeSa sa, ReadOnlySpan<byte> gateway)
    {
        string where = gateway[0] == Fqdn ? $"\"{Encoding.ASCII.GetString(Printable(gateway[FixedLength..]))}\", a name" : "a gateway of the other IP version, or of an unknown kind";
        return new IkeFailure(
            FailureReason.Redirected,
            $"tunnel \"{sa.Config.Name}\": peer {sa.Path.Remote.Address} sends us to {where}, and redirects are followed to addresses of the same IP "
            + "version only: have it name the gateway's address, or put the gateway into spec.peer.addresses");
    }

    private static byte[] Printable(ReadOnlySpan<byte> name)
    {
        byte[] shown = name.ToArray();
        foreach (ref byte octet in shown.AsSpan())
            octet = octet is > 0x20 and < 0x7f ? octet : (byte)'?';
        return shown;
    }

    /// <summary>Type, length and identity of the gateway; empty where there is none that counts.</summary>
    private static ReadOnlySpan<byte> Read(IkeSa sa, in IkeMessage message, ReadOnlySpan<byte> nonce)
    {
        if (!sa.Config.FollowRedirects || !message.TryFindNotify(NotifyType.Redirect, out NotifyPayload notify))
            return [];
        ReadOnlySpan<byte> data = notify.Data;
        if (data.Length < FixedLength || data.Length < FixedLength + data[1] || !data[(FixedLength + data[1])..].SequenceEqual(nonce))
            return [];
        return data[..(FixedLength + data[1])];
    }

    private static IPAddress? Target(IkeSa sa, ReadOnlySpan<byte> gateway)
    {
        if ((gateway[0], gateway[1]) is not ((Ipv4, 4) or (Ipv6, 16)))
            return null;
        var target = new IPAddress(gateway[FixedLength..]);
        return target.AddressFamily == sa.Path.Local.AddressFamily ? target : null;
    }

    private static byte TypeOf(IPAddress address) => address.AddressFamily == AddressFamily.InterNetwork ? Ipv4 : Ipv6;
}
