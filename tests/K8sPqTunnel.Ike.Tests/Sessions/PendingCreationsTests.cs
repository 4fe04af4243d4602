using K8sPqTunnel.Ike.Children;
using K8sPqTunnel.Ike.Crypto;
using K8sPqTunnel.Ike.Exchanges;
using K8sPqTunnel.Ike.Negotiation;
using K8sPqTunnel.Ike.Sessions;
using K8sPqTunnel.Ike.Tests.Simulation;

namespace K8sPqTunnel.Ike.Tests.Sessions;

public sealed class PendingCreationsTests : IDisposable
{
    private readonly Duet _duet = new Duet().Start();

    private IkeSa Sa => _duet.Right.Connection.Newest!;

    [Fact]
    public void A_link_finds_what_it_was_given_for_once_and_no_other_link_does()
    {
        AnsweredChild one = Creation(), other = Creation();
        byte[] link = Sa.Pending.Add(one), otherLink = Sa.Pending.Add(other);

        Assert.Null(Sa.Pending.Take([]));
        Assert.Null(Sa.Pending.Take([0x42]));
        Assert.Null(Sa.Pending.Take([.. link, 0]));
        Assert.Null(Sa.Pending.Take([.. link[..^1], 0xff]));
        Assert.Same(other, Sa.Pending.Take(otherLink));
        Assert.Same(one, Sa.Pending.Take(link));
        Assert.Null(Sa.Pending.Take(link));
    }

    [Fact]
    public void What_the_peer_lets_lie_is_forgotten_and_its_SPI_given_back()
    {
        byte[] link = Sa.Pending.Add(Creation());
        Sa.Now += Sa.Config.FollowupTime;

        Assert.Null(Sa.Pending.Take(link));
        Assert.Contains(new EspSpi(0x2000), _duet.Right.Spis.Released);
        Assert.Null(Sa.Pending.NextDeadline);
    }

    public void Dispose() => _duet.Dispose();

    private static AnsweredChild Creation()
    {
        var selection = new EspSelection([new Transform(TransformType.Encryption, 20, 256)]);
        ConnectionConfig config = Duet.RightConfig();
        var choice = new ChildChoice(selection, new EspSpi(0x2000), new EspSpi(0x3000), new ChildSpec(config.LocalSelectors, config.RemoteSelectors));
        return new AnsweredChild(new FreshKeys(), [KeyExchangeMethod.MlKem768], choice, old: null, spec: null);
    }
}
