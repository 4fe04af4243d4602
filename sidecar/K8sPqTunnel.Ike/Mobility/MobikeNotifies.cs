using System.Net;
using System.Net.Sockets;
using K8sPqTunnel.Ike.Sessions;
using K8sPqTunnel.Ike.Wire;

namespace K8sPqTunnel.Ike.Mobility;

/// <summary>The notifies that MOBIKE says what it can, and where an end is to be had, with (RFC 4555 4.2).</summary>
internal static class MobikeNotifies
{
    /// <summary>In IKE_AUTH: that we can, and our further addresses (RFC 4555 3.3, 3.4).</summary>
    public static void WriteSupport(IkeSa sa, PayloadWriter writer)
    {
        if (!sa.Config.Mobike)
            return;
        NotifyPayload.Write(writer, NotifyType.MobikeSupported);
        foreach (IPAddress address in sa.Config.AdditionalAddresses)
            WriteAddress(writer, address);
    }

    /// <summary>Takes note of what the peer says of it in IKE_AUTH.</summary>
    public static void TakeSupport(IkeSa sa, in IkeMessage message)
    {
        sa.Mobility.IsAgreed = sa.Config.Mobike && message.HasNotify(NotifyType.MobikeSupported);
        if (sa.Mobility.IsAgreed)
            sa.Mobility.PeerAddresses = AddressesIn(message) ?? [];
    }

    /// <summary>In INFORMATIONAL: all our further addresses, in place of those we told before (RFC 4555 3.6).</summary>
    public static void WriteAddresses(IkeSa sa, PayloadWriter writer)
    {
        foreach (IPAddress address in sa.Config.AdditionalAddresses)
            WriteAddress(writer, address);
        if (sa.Config.AdditionalAddresses.Count == 0)
            NotifyPayload.Write(writer, NotifyType.NoAdditionalAddresses);
    }

    /// <summary>The further addresses that a message tells; null where it says nothing of them.</summary>
    public static IReadOnlyList<IPAddress>? AddressesIn(in IkeMessage message)
    {
        List<IPAddress>? addresses = null;
        PayloadReader reader = message.Read();
        while (reader.TryRead(out RawPayload payload))
        {
            if (payload.Type != PayloadType.Notify || !NotifyPayload.TryRead(payload.Body, out NotifyPayload notify))
                continue;
            if (notify.Type == NotifyType.NoAdditionalAddresses)
                addresses ??= [];
            else if (IsAddress(notify))
                (addresses ??= []).Add(new IPAddress(notify.Data));
        }

        return addresses;
    }

    /// <summary>
    /// The peer forbids NATs, and the addresses that it sent from and to are not those that its message shows (RFC 4555 3.9, 4.2.6).
    /// </summary>
    public static bool MeetsForbiddenNat(in IkeMessage message, in PeerPath seen)
    {
        if (!message.TryFindNotify(NotifyType.NoNatsAllowed, out NotifyPayload notify))
            return false;
        byte[] expected =
        [
            .. seen.Remote.Address.GetAddressBytes(), .. seen.Local.Address.GetAddressBytes(),
            (byte)(seen.Remote.Port >> 8), (byte)seen.Remote.Port, (byte)(seen.Local.Port >> 8), (byte)seen.Local.Port,
        ];
        return !notify.Data.SequenceEqual(expected);
    }

    private static bool IsAddress(in NotifyPayload notify) => notify.Type switch
    {
        NotifyType.AdditionalIp4Address => notify.Data.Length == 4,
        NotifyType.AdditionalIp6Address => notify.Data.Length == 16,
        _ => false,
    };

    private static void WriteAddress(PayloadWriter writer, IPAddress address) => NotifyPayload.Write(
        writer,
        address.AddressFamily == AddressFamily.InterNetwork ? NotifyType.AdditionalIp4Address : NotifyType.AdditionalIp6Address,
        address.GetAddressBytes());
}
