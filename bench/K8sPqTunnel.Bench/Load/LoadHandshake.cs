using K8sPqTunnel.Ike;
using K8sPqTunnel.Ike.Children;
using K8sPqTunnel.Ike.Events;

namespace K8sPqTunnel.Bench.Load;

/// <summary>One handshake of the load: its connection, and what comes out of it. The data plane is fake: it frees what it is given.</summary>
internal sealed class LoadHandshake : IIkeOutput
{
    private readonly LoadGenerator _generator;

    public LoadHandshake(LoadGenerator generator, TimeSpan begun)
    {
        _generator = generator;
        Begun = begun;
        Connection = generator.Connect(this);
    }

    public IkeConnection Connection { get; }

    public TimeSpan Begun { get; }

    public bool IsEstablished { get; private set; }

    public bool HasFailed { get; private set; }

    public void Send(in PeerPath path, ReadOnlySpan<byte> message) => _generator.Send(this, message);

    public void InstallInbound(ChildSa sa)
    {
        // Nothing to install it in.
    }

    public void InstallOutbound(ChildSa sa) => IsEstablished = true;

    public void Move(ChildSa sa, in PeerPath path)
    {
        // No packets to send elsewhere.
    }

    public void Remove(ChildSa sa) => sa.Dispose();

    public void Report(IkeEvent ikeEvent)
    {
        if (ikeEvent is RequestRepeated)
            _generator.CountRepeat();
        else if (ikeEvent is ConnectionFailed)
            HasFailed = true;
    }
}
