using System.Net;
using K8sPqTunnel.Ike.Children;
using K8sPqTunnel.Ike.Crypto;

namespace K8sPqTunnel.Ike.Tests.Simulation;

/// <summary>Two real endpoints and the network between them, in virtual time and one thread. Chance comes from the seed.</summary>
internal sealed class Duet : IDisposable
{
    private static readonly TimeSpan Flight = TimeSpan.FromMilliseconds(10);

    private readonly PriorityQueue<(bool ToRight, PeerPath Path, byte[] Datagram), (TimeSpan At, long Order)> _air = new();
    private readonly Random _random;
    private long _order;

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
    {
        Assert.SkipUnless(CryptoCapabilities.Probe().HasMlKem, "this OpenSSL has no ML-KEM");
        _random = new Random(seed);
        keyExchanges ??= new SystemKeyExchangeSource();
        ConnectionConfig leftConfig = (left ?? (c => c))(LeftConfig());
        ConnectionConfig rightConfig = (right ?? (c => c))(RightConfig());
        Left = new Host(seed, [leftConfig], keyExchanges, limits, (path, datagram) => Launch(toRight: true, path, datagram));
        Right = new Host(seed + 1000, [rightConfig, .. more ?? []], keyExchanges, limits, (path, datagram) => Launch(toRight: false, path, datagram));
    }

    public Host Left { get; }

    public Host Right { get; }

    public TimeSpan Now { get; private set; }

    /// <summary>0 to 1.</summary>
    public double Loss { get; set; }

    public double Duplication { get; set; }

    /// <summary>Datagrams take up to this much longer, and so overtake each other.</summary>
    public TimeSpan Jitter { get; set; }

    /// <summary>Drops what it says true to; the first argument says whether it goes to the right.</summary>
    public Func<bool, byte[], bool> Drops { get; set; } = (_, _) => false;

    /// <summary>Changes what is on the way.</summary>
    public Func<bool, byte[], byte[]> Mutate { get; set; } = (_, datagram) => datagram;

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

    /// <summary>Lets time go by, event by event.</summary>
    public void Run(TimeSpan duration)
    {
        TimeSpan end = Now + duration;
        while (Step(end))
        {
        }

        Now = end;
    }

    /// <summary>Runs until <paramref name="condition"/> holds; fails when it does not within <paramref name="limit"/>.</summary>
    public void RunUntil(Func<bool> condition, TimeSpan limit)
    {
        TimeSpan end = Now + limit;
        while (!condition())
            Assert.True(Step(end), $"not within {limit}");
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

    private bool Step(TimeSpan end)
    {
        TimeSpan air = _air.TryPeek(out _, out (TimeSpan At, long Order) first) ? first.At : TimeSpan.MaxValue;
        TimeSpan left = Left.Endpoint.NextDeadline ?? TimeSpan.MaxValue, right = Right.Endpoint.NextDeadline ?? TimeSpan.MaxValue;
        TimeSpan deadline = left < right ? left : right;
        TimeSpan next = air < deadline ? air : deadline;
        if (next > end)
            return false;
        Now = next > Now ? next : Now;
        if (deadline <= air)
        {
            (left <= right ? Left : Right).Endpoint.Advance(Now);
            return true;
        }

        (bool toRight, PeerPath path, byte[] datagram) = _air.Dequeue();
        (toRight ? Right : Left).Endpoint.Receive(Now, path, datagram);
        return true;
    }

    private void Launch(bool toRight, PeerPath path, byte[] datagram)
    {
        if (Drops(toRight, datagram) || DropsPath(toRight, path) || _random.NextDouble() < Loss || Route(toRight, path) is not { } arrival)
            return;
        int copies = _random.NextDouble() < Duplication ? 2 : 1;
        for (int i = 0; i < copies; i++)
            _air.Enqueue((toRight, arrival, Mutate(toRight, [.. datagram])), (Now + Flight + Jitter * _random.NextDouble(), _order++));
    }

    /// <summary>The path as the receiver sees it; null where the datagram goes to nobody.</summary>
    private PeerPath? Route(bool toRight, PeerPath path)
    {
        IPEndPoint from = path.Local, to = path.Remote;
        if (NatAddress is not null && toRight)
            from = new IPEndPoint(NatAddress, from.Port + NatPortShift);
        if (NatAddress is not null && !toRight)
        {
            // Nothing begins from outside through a NAT.
            if (!to.Address.Equals(NatAddress) || to.Port < NatPortShift)
                return null;
            to = new IPEndPoint(Left.Address, to.Port - NatPortShift);
        }

        return (toRight ? Right : Left).Has(to.Address) && (toRight ? Left : Right).Has(path.Local.Address) ? new PeerPath(to, from) : null;
    }
}
