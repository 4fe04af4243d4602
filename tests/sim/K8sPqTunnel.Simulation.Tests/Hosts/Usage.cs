using K8sPqTunnel.Ike.Children;

namespace K8sPqTunnel.Simulation.Tests.Hosts;

/// <summary>What one half of a child SA has carried, against its limits (RFC 4301 4.4.2.1).</summary>
internal sealed class Usage(ChildSa sa)
{
    /// <summary>Of each packet.</summary>
    public const int PacketOctets = 1000;

    private long _packets;
    private bool _isAsked;

    /// <summary>Our SPI of the child.</summary>
    public EspSpi Spi { get; } = sa.InboundSpi;

    /// <summary>It may carry nothing more.</summary>
    public bool IsSpent { get; private set; }

    /// <summary>True once: when its successor is wanted.</summary>
    public bool IsRenewalDue
    {
        get
        {
            bool due = !_isAsked && (_packets >= sa.Limits.RekeyPackets || _packets * PacketOctets >= sa.Limits.RekeyOctets);
            _isAsked |= due;
            return due;
        }
    }

    public void Count()
    {
        _packets++;
        IsSpent = _packets >= sa.Limits.Packets || _packets * PacketOctets >= sa.Limits.Octets;
    }
}
