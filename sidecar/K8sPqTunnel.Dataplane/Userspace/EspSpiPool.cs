using System.Buffers.Binary;
using K8sPqTunnel.Ike.Children;
using K8sPqTunnel.Ike.Crypto;

namespace K8sPqTunnel.Dataplane.Userspace;

/// <summary>
/// Hands out inbound ESP SPIs: random, and never one that is in use. One pool serves all tunnels behind one UDP socket,
/// since an SPI alone tells whose packet it is.
/// </summary>
public sealed class EspSpiPool(IRandomSource random) : IEspSpiSource
{
    private readonly Lock _lock = new();
    private readonly HashSet<EspSpi> _taken = [];

    public EspSpi Allocate()
    {
        Span<byte> octets = stackalloc byte[EspSpi.Length];
        lock (_lock)
        {
            while (true)
            {
                random.Fill(octets);
                var spi = new EspSpi(BinaryPrimitives.ReadUInt32BigEndian(octets));
                if (spi.Value >= EspSpi.Lowest && _taken.Add(spi))
                    return spi;
            }
        }
    }

    /// <summary>It was handed out, and is not given back.</summary>
    public bool IsTaken(EspSpi spi)
    {
        lock (_lock)
            return _taken.Contains(spi);
    }

    public void Release(EspSpi spi)
    {
        lock (_lock)
            _taken.Remove(spi);
    }
}
