using System.Net;
using K8sPqTunnel.Ike.Children;
using K8sPqTunnel.Ike.Testing;
using K8sPqTunnel.Simulation.Tests.Hosts;
using K8sPqTunnel.Simulation.Tests.Network;
using K8sPqTunnel.Simulation.Tests.Scenarios;
using K8sPqTunnel.Simulation.Tests.Watch;

namespace K8sPqTunnel.Simulation.Tests;

/// <summary>The packets that both ends have for each other: one of each pair of networks in turn, both ways.</summary>
internal sealed class Traffic
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(500);

    private readonly Scenario _scenario;
    private readonly VirtualTime _time;
    private readonly Internet _internet;
    private readonly Evidence _evidence;
    private readonly Host _left;
    private readonly Host _right;
    private readonly IReadOnlyList<(IPAddress Left, IPAddress Right)> _pairs;
    private TimeSpan? _next;
    private int _turn;
    private bool _hasBegun;

    public Traffic(Scenario scenario, VirtualTime time, Internet internet, Evidence evidence, Host left, Host right)
    {
        _scenario = scenario;
        _time = time;
        _internet = internet;
        _evidence = evidence;
        _left = left;
        _right = right;
        _pairs = [.. Pairs()];
        _next = scenario.IsCalm || scenario.HasTraffic ? TimeSpan.Zero : null;
        time.Add(() => _next, Send);
    }

    /// <summary>What was lost that may not be; null: nothing.</summary>
    public string? Lost { get; private set; }

    /// <summary>A packet has come through to an end.</summary>
    public void Take(Host at, Flight flight)
    {
        if (at.Open(_time.Now, flight.Path, flight.Packet!) is not null)
            _evidence.Packets++;
        else if (_scenario.IsCalm)
            Lost ??= $"at {_time.Now} a packet for SA {flight.Packet!.Spi} was lost, and nothing but rekeys and re-authentications was going on";
    }

    private void Send()
    {
        _next = _time.Now + Interval;
        (IPAddress left, IPAddress right) = _pairs[_turn++ % _pairs.Count];
        Send(_left, left, right);
        Send(_right, right, left);
        // A child of each pair: while the last is being made, others may be there twice, and in rekeys.
        _hasBegun = _hasBegun || _pairs.All(pair =>
            _left.Ledger.Outgoing(pair.Left, pair.Right) is not null && _right.Ledger.Outgoing(pair.Right, pair.Left) is not null);
    }

    private void Send(Host from, IPAddress local, IPAddress remote)
    {
        if (from.Ledger.Outgoing(local, remote) is { } child)
        {
            child.Sent.Count();
            _internet.Send(from.Side, child.Path, message: null, new Packet(child.Outbound, child.OutboundKey, local, remote));
            from.RenewIfDue(_time.Now, child.Sent);
            return;
        }

        if (_scenario.IsCalm && _hasBegun)
            Lost ??= $"at {_time.Now} {from.Side} had no SA to send by, and nothing but rekeys and re-authentications was going on";
        if (_scenario.HasTraffic)
            from.Trigger(_time.Now);
    }

    /// <summary>An address in each network that the right end takes, with each in one of the left end's.</summary>
    private IEnumerable<(IPAddress Left, IPAddress Right)> Pairs() =>
        from tunnel in Enumerable.Range(0, _scenario.Tunnels)
        let leftConfig = Configs.Of(Sides.Left, _scenario, tunnel, _left.Address)
        let rightConfig = Configs.Of(Sides.Right, _scenario, tunnel, _right.Address)
        from left in leftConfig.LocalSelectors
        from right in rightConfig.LocalSelectors
        where left.Family == right.Family
        select (First(left), First(right));

    private static IPAddress First(TrafficSelector selector)
    {
        byte[] octets = selector.Start.GetAddressBytes();
        octets[^1]++;
        return new IPAddress(octets);
    }
}
