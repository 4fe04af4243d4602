using K8sPqTunnel.Ike.Children;

namespace K8sPqTunnel.Simulation.Tests.Hosts;

/// <summary>Hands out inbound SPIs and knows which are out: of a negotiation under way, or of an SA that is installed.</summary>
/// <param name="first">Apart from the other end's, so that a mix-up shows.</param>
internal sealed class Spis(uint first) : IEspSpiSource
{
    private readonly HashSet<EspSpi> _out = [];
    private uint _next = first;

    public int Count => _out.Count;

    public EspSpi Allocate()
    {
        var spi = new EspSpi(_next++);
        _out.Add(spi);
        return spi;
    }

    public void Release(EspSpi spi)
    {
        if (!_out.Remove(spi))
            throw new InvariantException($"SPI {spi} is given back twice");
    }
}
