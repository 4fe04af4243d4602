using System.Buffers.Binary;
using K8sPqTunnel.Dataplane.Userspace;
using K8sPqTunnel.Ike.Children;
using K8sPqTunnel.Ike.Crypto;

namespace K8sPqTunnel.Dataplane.Tests.Userspace;

public sealed class EspSpiPoolTests
{
    [Fact]
    public void An_SPI_is_never_reserved_and_never_given_twice_until_it_is_back()
    {
        // The source draws reserved numbers and repeats itself.
        var pool = new EspSpiPool(new Scripted(0, 255, 256, 256, 300, 256, 300, 1, 256));
        Assert.Equal(new EspSpi(256), pool.Allocate());
        Assert.Equal(new EspSpi(300), pool.Allocate());
        pool.Release(new EspSpi(256));
        Assert.Equal(new EspSpi(256), pool.Allocate());
    }

    private sealed class Scripted(params uint[] numbers) : IRandomSource
    {
        private readonly Queue<uint> _numbers = new(numbers);

        public void Fill(Span<byte> destination) => BinaryPrimitives.WriteUInt32BigEndian(destination, _numbers.Dequeue());
    }
}
