using System.Buffers;
using K8sPqTunnel.Ike;

namespace K8sPqTunnel.Sidecar.Tunnels;

/// <summary>Something for the IKE core to look at: a datagram, or, without one, only the clock.</summary>
/// <param name="Path">Where the datagram came from.</param>
/// <param name="Buffer">Rented from the shared pool; null for the clock.</param>
/// <param name="Length">Octets of the IKE message in <paramref name="Buffer"/>.</param>
internal readonly record struct IkeInput(PeerPath Path, byte[]? Buffer, int Length)
{
    public static IkeInput Clock => default;

    public static IkeInput Copy(in PeerPath path, ReadOnlySpan<byte> message)
    {
        byte[] buffer = ArrayPool<byte>.Shared.Rent(message.Length);
        message.CopyTo(buffer);
        return new IkeInput(path, buffer, message.Length);
    }

    public ReadOnlySpan<byte> Message => Buffer.AsSpan(0, Length);

    public void Return()
    {
        if (Buffer is not null)
            ArrayPool<byte>.Shared.Return(Buffer);
    }
}
