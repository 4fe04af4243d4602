using K8sPqTunnel.Dataplane.Interop;
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

    public bool TryDeliver(int queue, ReadOnlySpan<IoVector> frame) => _device is { } device && device.Queues[queue].TryWrite(frame);
}
