using K8sPqTunnel.Ike.Children;
using K8sPqTunnel.Ike.Crypto;
using K8sPqTunnel.Ike.Exchanges;
using K8sPqTunnel.Ike.Negotiation;
using K8sPqTunnel.Ike.Sessions;
using K8sPqTunnel.Ike.Tests.Simulation;

namespace K8sPqTunnel.Ike.Tests.Sessions;

public sealed class WantedChildrenTests
{
    [Fact]
    public void A_child_that_is_gone_is_not_missing_while_the_peer_is_about_to_replace_it()
    {
        using Duet duet = new Duet().Start();
        IkeSa sa = duet.Left.Connection.Newest!;
        Child old = sa.Children.First();
        var selection = new EspSelection([new Transform(TransformType.Encryption, 20, 256)]);
        var choice = new ChildChoice(selection, new EspSpi(0x2000), new EspSpi(0x3000), old.Spec!);
        var rekey = new AnsweredChild(new FreshKeys(), [KeyExchangeMethod.MlKem768], choice, old, old.Spec);
        sa.Pending.Add(rekey);
        sa.Children.Forget(old);
        Assert.Null(sa.Wanted.Missing);

        rekey.Abandon(sa);
        Assert.Same(old.Spec, sa.Wanted.Missing);
    }
}
