using K8sPqTunnel.Dataplane.Interop;
using K8sPqTunnel.Dataplane.Offloads;
using K8sPqTunnel.Dataplane.Tun;

namespace K8sPqTunnel.Dataplane.Userspace;

/// <summary>Lets inner packets arrive from the TUN interface, while there is one.</summary>
internal sealed class TunSink : IInnerSink
{
    private volatile TunDevice? _device;

    public TunDevice? Device
    {
        get => _device;
        set => _device = value;
    }

    public unsafe bool TryDeliver(ReadOnlySpan<IoVector> frame)
    {
        if (_device is not { } device)
            return false;
        // The kernel brings a flow's answers to the queue that its packets arrived by, so both directions choose by the same hash.
        IReadOnlyList<TunQueue> queues = device.Queues;
        int queue = queues.Count == 1 ? 0 : (int)(FlowHash.Of(new ReadOnlySpan<byte>(frame[1].Start, (int)frame[1].Length)) % (uint)queues.Count);
        return queues[queue].TryWrite(frame);
    }
}
