using K8sPqTunnel.Ike.Children;

namespace K8sPqTunnel.Ike.Sessions;

/// <summary>The child that IKE_AUTH makes (RFC 7296 1.2).</summary>
internal sealed class FirstChild(IkeSa sa)
{
    private EspSpi? _takenSpi;

    /// <summary>Our SPI while it is being negotiated: taken once, given back should no child come of it.</summary>
    public EspSpi TakeSpi() => _takenSpi ??= sa.Environment.EspSpis.Allocate();

    /// <summary>It receives, so that nothing the peer sends at once is lost. When our traffic turns to it, the connection says.</summary>
    public void Install(ChildSa childSa, string proposal)
    {
        _takenSpi = null;
        var child = new Child(childSa, sa.IsInitiator ? sa.Wanted.Specs[0] : null, proposal, keyExchanges: []);
        sa.Children.Install(sa.Now, child, sa.Keys.IsQuantumSafe);
    }

    /// <summary>None will come any more.</summary>
    public void Abandon()
    {
        if (_takenSpi is { } spi)
            sa.Environment.EspSpis.Release(spi);
        _takenSpi = null;
    }
}
