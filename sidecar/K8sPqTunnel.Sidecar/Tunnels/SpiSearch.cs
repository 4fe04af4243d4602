using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using K8sPqTunnel.Dataplane.Userspace;
using K8sPqTunnel.Ike.Children;

namespace K8sPqTunnel.Sidecar.Tunnels;

/// <summary>Finds the data planes of packets by their SPIs; looks up only where an SPI differs from the one before.</summary>
internal struct SpiSearch(ConcurrentDictionary<EspSpi, IEspReceiver> bySpi)
{
    private EspSpi _last;
    private IEspReceiver? _found;

    /// <summary>The data plane of the first packet of <paramref name="packet"/>; null where no SA has its SPI.</summary>
    public IEspReceiver? Find(in EspDatagram packet)
    {
        EspSpi spi = SpiOf(packet);
        if (spi != _last)
            (_last, _found) = (spi, bySpi.GetValueOrDefault(spi));
        return _found;
    }

    /// <summary>The SPI of the first packet of <paramref name="packet"/>; 0, which no SA has, where there is no room for one.</summary>
    public static EspSpi SpiOf(in EspDatagram packet)
    {
        ReadOnlySpan<byte> octets = packet.Payload.Span;
        return new EspSpi(octets.Length < EspSpi.Length ? 0 : BinaryPrimitives.ReadUInt32BigEndian(octets));
    }

    /// <summary>The one that all packets are for.</summary>
    public bool TryFindOnly(ReadOnlySpan<EspDatagram> packets, [NotNullWhen(true)] out IEspReceiver? only)
    {
        only = packets.IsEmpty ? null : Find(packets[0]);
        foreach (ref readonly EspDatagram some in packets)
        {
            for (int i = 0; i < some.Count && only is not null; i++)
            {
                if (Find(some[i]) != only)
                    only = null;
            }
        }

        return only is not null;
    }
}
