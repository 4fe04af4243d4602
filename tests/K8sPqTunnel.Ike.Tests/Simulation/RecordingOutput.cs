using K8sPqTunnel.Ike.Children;

namespace K8sPqTunnel.Ike.Tests.Simulation;

/// <summary>Remembers what the core put out, in order.</summary>
internal sealed class RecordingOutput : IIkeOutput
{
    /// <summary>Where datagrams go, besides <see cref="Sent"/>.</summary>
    public Action<PeerPath, byte[]> Wire { get; set; } = (_, _) => { };

    /// <summary>Where datagrams go instead, without any allocation: the last one only.</summary>
    public byte[]? Scratch { get; set; }

    public int ScratchLength { get; private set; }

    public List<(PeerPath Path, byte[] Message)> Sent { get; } = [];

    public List<IkeEvent> Events { get; } = [];

    /// <summary>For example "in 1000", "out 2000", "remove 1000".</summary>
    public List<string> Intents { get; } = [];

    public List<ChildSa> Installed { get; } = [];

    public void Send(in PeerPath path, ReadOnlySpan<byte> message)
    {
        if (Scratch is { } scratch)
        {
            message.CopyTo(scratch);
            ScratchLength = message.Length;
            return;
        }

        byte[] copy = message.ToArray();
        Sent.Add((path, copy));
        Wire(path, copy);
    }

    public void InstallInbound(ChildSa sa)
    {
        Intents.Add($"in {sa.InboundSpi.Value:x}");
        Installed.Add(sa);
    }

    public void InstallOutbound(ChildSa sa) => Intents.Add($"out {sa.InboundSpi.Value:x}");

    public void Move(ChildSa sa, in PeerPath path) => Intents.Add($"move {sa.InboundSpi.Value:x} to {path.Remote}");

    public void Remove(ChildSa sa)
    {
        Intents.Add($"remove {sa.InboundSpi.Value:x}");
        Installed.Remove(sa);
    }

    /// <summary>What the data plane knows of every SA.</summary>
    public TimeSpan? Silence { get; set; }

    public TimeSpan? SilenceOf(ChildSa sa) => Silence;

    public void Report(IkeEvent ikeEvent) => Events.Add(ikeEvent);

    public IEnumerable<T> Of<T>()
        where T : IkeEvent => Events.OfType<T>();
}
