using K8sPqTunnel.Ike.Children;

namespace K8sPqTunnel.Ike.Tests.Simulation;

/// <summary>Hands out SPIs one after the other and remembers which came back.</summary>
internal sealed class CountingSpis : IEspSpiSource
{
    private uint _next = 0x1000;

    public List<EspSpi> Taken { get; } = [];

    public List<EspSpi> Released { get; } = [];

    public EspSpi Allocate()
    {
        var spi = new EspSpi(_next++);
        Taken.Add(spi);
        return spi;
    }

    public void Release(EspSpi spi) => Released.Add(spi);
}
