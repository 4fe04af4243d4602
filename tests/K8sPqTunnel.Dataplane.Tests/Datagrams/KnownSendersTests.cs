using System.Net;
using K8sPqTunnel.Dataplane.Datagrams;
using K8sPqTunnel.Dataplane.Tests.Support;

namespace K8sPqTunnel.Dataplane.Tests.Datagrams;

public sealed class KnownSendersTests
{
    [Fact]
    public void Senders_in_turn_are_told_apart_and_cost_nothing_when_they_come_again()
    {
        var known = new KnownSenders();
        IPEndPoint[] ends =
        [
            IPEndPoint.Parse("192.0.2.1:500"), IPEndPoint.Parse("192.0.2.1:4500"), IPEndPoint.Parse("192.0.2.2:500"),
            IPEndPoint.Parse("[2001:db8::1]:500"), IPEndPoint.Parse("[2001:db8::2]:500"), new(new IPAddress(IPAddress.Parse("fe80::1").GetAddressBytes(), 7), 500),
        ];
        byte[][] addresses = [.. ends.Select(Octets)];
        IPEndPoint[] found = [.. addresses.Select(address => known.Find(address))];
        Assert.Equal(ends, found);

        Assert.Equal(0, Allocations.Of(() => FindAll(known, addresses), 100));
    }

    [Fact]
    public void Ever_new_senders_cost_no_more_than_the_room_that_is_there()
    {
        var known = new KnownSenders();
        byte[] first = Octets(new IPEndPoint(IPAddress.Loopback, 500));
        IPEndPoint kept = known.Find(first);
        for (int i = 1; i < KnownSenders.Capacity; i++)
            known.Find(Octets(new IPEndPoint(new IPAddress(i), 500)));
        Assert.Same(kept, known.Find(first));
        Assert.Equal(KnownSenders.Capacity, known.Count);

        known.Find(Octets(new IPEndPoint(new IPAddress(KnownSenders.Capacity), 500)));
        Assert.Equal(1, known.Count);
        Assert.Equal(kept, known.Find(first));
    }

    private static void FindAll(KnownSenders known, byte[][] addresses)
    {
        foreach (byte[] address in addresses)
            known.Find(address);
    }

    private static byte[] Octets(IPEndPoint end)
    {
        byte[] octets = new byte[SocketAddressFormat.LongestLength];
        return octets[..SocketAddressFormat.Write(end, octets)];
    }
}
