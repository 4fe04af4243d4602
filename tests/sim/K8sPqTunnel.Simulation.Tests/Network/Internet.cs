using System.Buffers.Binary;
using System.Net;
using K8sPqTunnel.Ike;
using K8sPqTunnel.Ike.Testing;
using K8sPqTunnel.Ike.Testing.Network;
using K8sPqTunnel.Simulation.Tests.Hosts;
using K8sPqTunnel.Simulation.Tests.Scenarios;
using K8sPqTunnel.Simulation.Tests.Watch;

namespace K8sPqTunnel.Simulation.Tests.Network;

/// <summary>What lies between the two ends: weather, a NAT, firewalls, a gateway that sends everybody on.</summary>
internal sealed class Internet
{
    private const byte IkeSaInit = 34;
    private const int Strangers = 80;

    // IP and UDP; the non-ESP marker where there is one.
    private const int UdpHeaders = 28;
    private const int Marker = 4;

    private readonly Scenario _scenario;
    private readonly VirtualTime _time;
    private readonly Wiretap _tap;
    private readonly Evidence _evidence;
    private readonly Air<Flight> _air;
    private readonly Nat _nat;
    private readonly Func<Sides, Host> _hosts;

    // What TCP has taken during an outage, in order.
    private readonly Queue<Flight> _held = new();
    private TimeSpan _outageEnds;
    private TimeSpan _udpReturns;
    private byte[]? _lastInit;

    /// <param name="hosts">Who is at an end.</param>
    public Internet(Scenario scenario, VirtualTime time, Wiretap tap, Evidence evidence, Func<Sides, Host> hosts)
    {
        _scenario = scenario;
        _time = time;
        _tap = tap;
        _evidence = evidence;
        _hosts = hosts;
        _air = new Air<Flight>(scenario.Seed ^ 0x5eed, scenario.Storm);
        _nat = new Nat(() => hosts(Sides.Left).Address, scenario.HasNat ? scenario.Addresses.Nat : null);
        time.Add(() => _air.Next, () => Land(_air.Land()));
        time.Add(() => _held.Count > 0 ? _outageEnds : null, ReleaseHeld);
    }

    /// <summary>Takes what has come through.</summary>
    public required Action<Flight> Arrive { get; init; }

    /// <summary>Everything gets through. Where the path is narrow, each new IKE SA has to find that out anew.</summary>
    public bool IsClear => _time.Now >= _udpReturns && _scenario.PathSize == int.MaxValue;

    /// <summary>The storm is over.</summary>
    public void Clear()
    {
        _air.Weather = _air.Weather.Cleared();
        _outageEnds = TimeSpan.Zero;
    }

    public void Disturb(Disturbance disturbance)
    {
        switch (disturbance.Kind)
        {
            case DisturbanceKind.Outage:
                _outageEnds = _time.Now + disturbance.Length;
                break;
            case DisturbanceKind.UdpBlock:
                _udpReturns = _time.Now + disturbance.Length;
                break;
            case DisturbanceKind.Remap:
                _nat.Remap(_scenario.Seed % 2 == 0 ? _scenario.Addresses.Nat : _scenario.Addresses.NatElsewhere);
                break;
            case DisturbanceKind.Flood:
                Flood();
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(disturbance), disturbance.Kind, "happens to no network");
        }
    }

    /// <summary>An end sends one datagram.</summary>
    public void Send(Sides from, PeerPath path, byte[]? message, Packet? packet)
    {
        if (message is not null && _tap.Hear(message) is { } leak)
            throw new InvariantException($"{from} sends to {path.Remote} what anybody can read: {leak}");
        if (message is not null && message[18] == IkeSaInit && from == Sides.Left)
            _lastInit = message;
        bool isLost = _time.Now < _outageEnds || _air.Loses();
        if (Route(from, path) is not { } way)
            return;
        if (path.IsTcp)
            SendByTcp(way.To, way.Seen, message, packet);
        else if (!isLost && _time.Now >= _udpReturns && Fits(path, message))
            _air.Launch(_time.Now, () => new Flight(way.To, way.Seen, message, packet, Life: 0));
    }

    /// <summary>Whoever is at an address now, as it sees the sender; null where nobody is.</summary>
    private (Sides To, PeerPath Seen)? Route(Sides from, PeerPath path)
    {
        if (!_hosts(from).Address.Equals(path.Local.Address))
            return null;                                                 // It has left that address.
        if (from == Sides.Left && path.Remote.Address.Equals(_scenario.Addresses.Gateway))
            return _scenario.HasGateway ? (Sides.None, _nat.AtRight(path)) : null;
        Sides to = from == Sides.Left ? Sides.Right : Sides.Left;
        PeerPath? seen = from == Sides.Left ? _nat.AtRight(path) : _nat.AtLeft(path);
        return seen is { } arrival && arrival.Local.Address.Equals(_hosts(to).Address) ? (to, arrival) : null;
    }

    private bool Fits(PeerPath path, byte[]? message)
    {
        if (message is null || message.Length + UdpHeaders + (path.HasNonEspMarker ? Marker : 0) <= _scenario.PathSize)
            return true;
        _evidence.TooLong++;
        return false;
    }

    /// <summary>TCP repeats what is lost, and keeps the order (RFC 9329): it only takes longer.</summary>
    private void SendByTcp(Sides to, PeerPath seen, byte[]? message, Packet? packet)
    {
        _held.Enqueue(new Flight(to, seen, message, packet, to == Sides.None ? 0 : _hosts(to).Life));
        if (_time.Now >= _outageEnds)
            ReleaseHeld();
    }

    private void ReleaseHeld()
    {
        while (_held.TryDequeue(out Flight flight))
            _air.Carry(_time.Now, flight);
    }

    private void Land(Flight flight)
    {
        if (flight.To == Sides.None)
            SendOn(flight);
        else if (!flight.Path.IsTcp || flight.Life == _hosts(flight.To).Life)
            Arrive(flight);
    }

    private void SendOn(Flight flight)
    {
        if (flight.Message is not { } request || request[18] != IkeSaInit || _nat.AtLeft(new PeerPath(flight.Path.Local, flight.Path.Remote, flight.Path.IsTcp)) is not { } seen)
            return;
        byte[] answer = Gateway.Answer(request, _hosts(Sides.Right).Address);
        _air.Launch(_time.Now, () => new Flight(Sides.Left, seen, answer, Packet: null, _hosts(Sides.Left).Life));
    }

    /// <summary>Strangers repeat what the left end has sent, each as its own, from ports of the left end's address.</summary>
    private void Flood()
    {
        if (_lastInit is not { } recorded)
            return;
        IPEndPoint target = new(_hosts(Sides.Right).Address, PeerPath.IkePort);
        for (int i = 0; i < Strangers; i++)
        {
            byte[] request = [.. recorded];
            BinaryPrimitives.WriteInt32BigEndian(request.AsSpan(4), i);
            var path = new PeerPath(target, new IPEndPoint(_hosts(Sides.Left).Address, 40_000 + i));
            _air.Launch(_time.Now, () => new Flight(Sides.Right, path, request, Packet: null, Life: 0));
        }
    }
}
