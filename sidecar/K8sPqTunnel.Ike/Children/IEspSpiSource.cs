namespace K8sPqTunnel.Ike.Children;

/// <summary>Hands out inbound ESP SPIs. The data plane is the source, so that an SPI is taken in the kernel before it is announced.</summary>
public interface IEspSpiSource
{
    /// <summary>Takes an SPI that no other SA of this host uses; never below <see cref="EspSpi.Lowest"/>.</summary>
    EspSpi Allocate();

    /// <summary>Gives back an SPI for which no SA was ever installed.</summary>
    void Release(EspSpi spi);
}
