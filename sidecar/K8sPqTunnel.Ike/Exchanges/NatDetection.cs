using System.Net;
using System.Security.Cryptography;
using K8sPqTunnel.Ike.Sessions;
using K8sPqTunnel.Ike.Wire;

namespace K8sPqTunnel.Ike.Exchanges;

/// <summary>NAT detection in IKE_SA_INIT (RFC 7296 2.23).</summary>
internal static class NatDetection
{
    /// <summary>Writes the hashes of both ends as we see them.</summary>
    public static void Write(IkeSa sa, PayloadWriter writer) => Write(sa, sa.Path, writer);

    /// <summary>The same of another path than the SA's.</summary>
    public static void Write(IkeSa sa, in PeerPath path, PayloadWriter writer)
    {
        // The hash of an address that no packet comes from makes the peer see a NAT, and encapsulate.
        IPEndPoint source = sa.Config.ForceUdpEncapsulation ? new IPEndPoint(IPAddress.Any, 0) : path.Local;
        NotifyPayload.Write(writer, NotifyType.NatDetectionSourceIp, Hash(sa.InitiatorSpi, sa.ResponderSpi, source));
        NotifyPayload.Write(writer, NotifyType.NatDetectionDestinationIp, Hash(sa.InitiatorSpi, sa.ResponderSpi, path.Remote));
    }

    /// <summary>The hash of our end as the peer sees it; empty where it says nothing of it.</summary>
    public static byte[] DestinationIn(in IkeMessage message) =>
        message.TryFindNotify(NotifyType.NatDetectionDestinationIp, out NotifyPayload notify) ? notify.Data.ToArray() : [];

    /// <summary>Compares the peer's hashes with what we see. One of several sources has to match.</summary>
    public static NatStatus Read(in IkeMessage message, in PeerPath path)
    {
        byte[] local = Hash(message.Header.InitiatorSpi, message.Header.ResponderSpi, path.Local);
        byte[] remote = Hash(message.Header.InitiatorSpi, message.Header.ResponderSpi, path.Remote);
        bool hasSource = false, hasDestination = false, sourceMatches = false, destinationMatches = false;

        PayloadReader reader = message.Read();
        while (reader.TryRead(out RawPayload payload))
        {
            if (payload.Type != PayloadType.Notify || !NotifyPayload.TryRead(payload.Body, out NotifyPayload notify))
                continue;
            if (notify.Type == NotifyType.NatDetectionSourceIp)
            {
                hasSource = true;
                sourceMatches |= notify.Data.SequenceEqual(remote);
            }
            else if (notify.Type == NotifyType.NatDetectionDestinationIp)
            {
                hasDestination = true;
                destinationMatches |= notify.Data.SequenceEqual(local);
            }
        }

        bool supports = hasSource && hasDestination;
        return new NatStatus(supports, LocalBehindNat: supports && !destinationMatches, PeerBehindNat: supports && !sourceMatches);
    }

    /// <summary>SHA-1(SPIi | SPIr | address | port).</summary>
    internal static byte[] Hash(IkeSpi initiator, IkeSpi responder, IPEndPoint end)
    {
        Span<byte> spis = stackalloc byte[2 * IkeSpi.Length];
        initiator.Write(spis);
        responder.Write(spis[IkeSpi.Length..]);
#pragma warning disable CA5350 // RFC 7296 2.23 fixes SHA-1; nothing is kept safe by it.
        return SHA1.HashData([.. spis, .. end.Address.GetAddressBytes(), (byte)(end.Port >> 8), (byte)end.Port]);
#pragma warning restore CA5350
    }
}
