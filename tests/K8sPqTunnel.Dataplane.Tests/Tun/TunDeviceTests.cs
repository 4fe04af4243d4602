using System.Collections.Concurrent;
using K8sPqTunnel.Dataplane.Interop;
using K8sPqTunnel.Dataplane.Tests.Support;
using K8sPqTunnel.Dataplane.Tun;

namespace K8sPqTunnel.Dataplane.Tests.Tun;

public sealed class TunDeviceTests : IDisposable
{
    private readonly NetworkNamespace _space = NetworkNamespace.Create();

    public void Dispose() => _space.Dispose();

    [Fact]
    public void Packets_come_out_as_the_kernel_routed_them_in_and_arrive_as_they_were_written()
    {
        using TunDevice device = Up();
        using var received = new BlockingCollection<byte[]>();
        using var pump = _space.Run(() => new TunPump(device.Queues[0], "pump", frames =>
        {
            foreach (ReadOnlyMemory<byte> frame in frames)
                received.Add(frame[VirtioNetHeader.Length..].ToArray());
        }, _ => { }));
        Assert.NotEqual(0, _space.TryShell("ping -c 1 -W 0.2 -s 1000 10.8.0.2").Status);
        byte[] request = received.Take();
        Assert.Equal(1028, request.Length);

        // The answer: addresses turned round, type 0; the checksums of both stay right but for the type.
        (request[15], request[19]) = (request[19], request[15]);
        request[20] = 0;
        request[22] += 8;
        string before = _space.Shell("cat /proc/net/snmp | grep Icmp: | tail -1 | cut -d' ' -f2");
        Assert.True(Write(device, request));
        Assert.NotEqual(before, _space.Shell("cat /proc/net/snmp | grep Icmp: | tail -1 | cut -d' ' -f2"));
    }

    [Fact]
    public void An_interface_that_is_removed_from_outside_is_told_and_ends_the_pump()
    {
        using TunDevice device = Up();
        using var told = new ManualResetEventSlim();
        string message = "";
        using var pump = _space.Run(() => new TunPump(device.Queues[0], "pump", _ => { }, lost =>
        {
            message = lost.Message;
            told.Set();
        }));
        _space.Shell("ip link del tun7");
        Assert.True(told.Wait(TimeSpan.FromSeconds(10)));
        Assert.StartsWith("interface tun7 is lost (", message);
    }

    [Fact]
    public async Task A_pump_ends_when_it_is_disposed_though_no_packet_comes()
    {
        using TunDevice device = Up();
        TunPump pump = _space.Run(() => new TunPump(device.Queues[0], "pump", _ => { }, _ => { }));
        await Task.Run(pump.Dispose).WaitAsync(TimeSpan.FromSeconds(10));
    }

    [Theory]
    [InlineData(2, "is missing: load the kernel module tun, or give the container the device")]
    [InlineData(1, "may not be opened (Operation not permitted): give the process the device and the capability NET_ADMIN")]
    public void A_device_that_cannot_be_opened_is_told_in_one_sentence(int error, string expected) =>
        Assert.Contains(expected, TunException.FromOpen("/dev/net/tun", error).Message);

    private static unsafe bool Write(TunDevice device, byte[] packet)
    {
        byte[] frame = [.. new byte[VirtioNetHeader.Length], .. packet];
        fixed (byte* octets = frame)
            return device.Queues[0].TryWrite([new IoVector(octets, frame.Length)]);
    }

    private TunDevice Up()
    {
        TunDevice device = _space.Run(() => new TunDevice("tun7"));
        _space.Shell("ip addr add 10.8.0.1/24 dev tun7; ip link set tun7 up");
        return device;
    }
}
