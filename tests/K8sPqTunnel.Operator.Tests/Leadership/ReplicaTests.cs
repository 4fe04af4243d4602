using System.Net;
using K8sPqTunnel.Operator.Leadership;

namespace K8sPqTunnel.Operator.Tests.Leadership;

public sealed class ReplicaTests
{
    [Theory]
    [InlineData("pqtunnel-operator-7d9f", "10.244.1.7:8443")]
    [InlineData("pqtunnel-operator-7d9f", "[fd00::7]:8443")]
    public void What_signs_the_lease_says_where_it_is(string name, string endpoint)
    {
        var replica = new Replica(name, IPEndPoint.Parse(endpoint));
        Assert.Equal($"{name}_{endpoint}", replica.ToString());
        Assert.Equal(replica, Replica.Parse(replica.ToString()));
    }

    [Theory]
    [InlineData("pqtunnel-operator-7d9f")]
    [InlineData("somebody_else")]
    [InlineData("pqtunnel-operator-7d9f_10.244.1.7")]
    public void A_holder_without_address_and_port_has_no_endpoint(string holder) => Assert.Equal(new Replica(holder, null), Replica.Parse(holder));
}
