using K8sPqTunnel.Ike.Children;

namespace K8sPqTunnel.Bench.Load;

/// <summary>The fake data plane's SPIs: one after the other, as those of charon's.</summary>
internal sealed class CountedSpis : IEspSpiSource
{
    private uint _last = EspSpi.Lowest;

    public EspSpi Allocate() => new(++_last);

    public void Release(EspSpi spi)
    {
        // Each is given out once.
    }
}
