using System.Net;
using K8sPqTunnel.Ike.Children;
using K8sPqTunnel.Ike.Crypto;

namespace K8sPqTunnel.Ike.Tests.Simulation;

/// <summary>Two real endpoints and the network between them.</summary>
internal sealed class Duet : VirtualNetwork, IDisposable
{
    /// <param name="left">Changes the first connection of the left end, which begins unless told otherwise.</param>
    /// <param name="right">Changes the first connection of the right end, which waits unless told otherwise.</param>
    /// <param name="more">Further connections of the right end.</param>
    public Duet(
        int seed = 1,
        Func<ConnectionConfig, ConnectionConfig>? left = null,
        Func<ConnectionConfig, ConnectionConfig>? right = null,
        IReadOnlyList<ConnectionConfig>? more = null,
        EndpointLimits? limits = null,
        IKeyExchangeSource? keyExchanges = null)
        : base(seed)
    {
        Assert.SkipUnless(CryptoCapabilities.Probe().HasMlKem, "this OpenSSL has no ML-KEM");
        keyExchanges ??= new SystemKeyExchangeSource();
        ConnectionConfig leftConfig = (left ?? (c => c))(LeftConfig());
        ConnectionConfig rightConfig = (right ?? (c => c))(RightConfig());
        Left = new Host(seed, [leftConfig], keyExchanges, limits, (path, datagram) => Launch(toPeer: true, path, datagram));
        Right = new Host(seed + 1000, [rightConfig, .. more ?? []], keyExchanges, limits, (path, datagram) => Launch(toPeer: false, path, datagram));
        Begin(
            (() => Left.Endpoint.NextDeadline, now => Left.Endpoint.Advance(now)),
            (() => Right.Endpoint.NextDeadline, now => Right.Endpoint.Advance(now)));
    }

    public Host Left { get; }

    public Host Right { get; }

    /// <summary>What the NAT adds to the left end's ports; another number is another mapping.</summary>
    public int NatPortShift { get; set; } = 20000;

    /// <summary>Drops what it says true to, by the path that it takes; the first argument says whether it goes to the right.</summary>
    public Func<bool, PeerPath, bool> DropsPath { get; set; } = (_, _) => false;

    /// <summary>What the right end sees instead of the left's address, as a NAT does.</summary>
    public IPAddress? NatAddress { get; set; }

    public static ConnectionConfig LeftConfig() => World.DefaultConfig() with
    {
        Name = "to right",
        RemoteIdentity = new IkeIdentity(IdentityType.Fqdn, "right.test.example"u8),
        LocalIdentity = new IkeIdentity(IdentityType.Fqdn, "left.test.example"u8),
    };

    /// <summary>The mirror of <see cref="LeftConfig"/>; waits.</summary>
    public static ConnectionConfig RightConfig()
    {
        ConnectionConfig left = LeftConfig();
        return left with
        {
            Name = "to left",
            StartAction = StartAction.None,
            LocalAddress = left.RemoteAddresses[0],
            RemoteAddresses = [left.LocalAddress],
            LocalIdentity = left.RemoteIdentity!,
            RemoteIdentity = left.LocalIdentity,
            LocalSelectors = left.RemoteSelectors,
            RemoteSelectors = left.LocalSelectors,
        };
    }

    /// <summary>Starts both ends, the right one first, and runs for <paramref name="duration"/>, 10 s unless told.</summary>
    public Duet Start(TimeSpan? duration = null)
    {
        Right.Start(Now);
        Left.Start(Now);
        Run(duration ?? TimeSpan.FromSeconds(10));
        return this;
    }

    /// <summary>Both ends carry traffic by the same child SAs, each with the other's keys, and by nothing else.</summary>
    public void AssertAgreement()
    {
        Assert.NotEmpty(Left.Output.Installed);
        Assert.Equal(Left.Output.Installed.Count, Right.Output.Installed.Count);
        foreach (ChildSa left in Left.Output.Installed)
        {
            ChildSa right = Assert.Single(Right.Output.Installed, child => child.InboundSpi == left.OutboundSpi);
            Assert.Equal(left.InboundSpi, right.OutboundSpi);
            Assert.True(left.OutboundKeys.Encryption.FixedTimeEquals(right.InboundKeys.Encryption.Span));
            Assert.True(left.InboundKeys.Encryption.FixedTimeEquals(right.OutboundKeys.Encryption.Span));
            Assert.Equal(left.LocalSelectors, right.RemoteSelectors);
            Assert.Equal(left.RemoteSelectors, right.LocalSelectors);
        }
    }

    public void Dispose()
    {
        Left.Dispose();
        Right.Dispose();
    }

    protected override void Receive(bool toPeer, PeerPath path, byte[] datagram) => (toPeer ? Right : Left).Endpoint.Receive(Now, path, datagram);

    protected override PeerPath? Route(bool toPeer, PeerPath path)
    {
        if (DropsPath(toPeer, path))
            return null;
        IPEndPoint from = path.Local, to = path.Remote;
        if (NatAddress is not null && toPeer)
            from = new IPEndPoint(NatAddress, from.Port + NatPortShift);
        if (NatAddress is not null && !toPeer)
        {
            // Nothing begins from outside through a NAT.
            if (!to.Address.Equals(NatAddress) || to.Port < NatPortShift)
                return null;
            to = new IPEndPoint(Left.Address, to.Port - NatPortShift);
        }

        return (toPeer ? Right : Left).Has(to.Address) && (toPeer ? Left : Right).Has(path.Local.Address)
            ? new PeerPath(to, from, path.IsTcp)
            : null;
    }
}
