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

    public bool TryDeliver(ReadOnlySpan<byte> packet)
    {
        try
        {
            return _device?.TryWrite(packet) == true;
        }
        catch (ObjectDisposedException)
        {
            return false;                                               // Closed between the look and the write.
        }
    }
}
