using System.Net;
using System.Runtime.CompilerServices;

namespace K8sPqTunnel.Dataplane.Datagrams;

/// <summary>The endpoints of those who have sent something, so that each is made once and not for each datagram. Not for two threads at once.</summary>
internal sealed class KnownSenders
{
    /// <summary>So many are kept; strangers with ever new addresses make it begin anew, and cost no more than that.</summary>
    internal const int Capacity = 16_384;

    private readonly Dictionary<Key, IPEndPoint> _known = [];

    /// <summary>How many are kept now.</summary>
    public int Count => _known.Count;

    /// <param name="address">struct sockaddr_in or sockaddr_in6.</param>
    public IPEndPoint Find(ReadOnlySpan<byte> address)
    {
        Key key = default;
        address.CopyTo(key);
        if (_known.TryGetValue(key, out IPEndPoint? known))
            return known;
        if (_known.Count == Capacity)
            _known.Clear();
        return _known[key] = SocketAddressFormat.Read(address);
    }

    /// <summary>An address as the kernel writes it, filled up with zeros.</summary>
    [InlineArray(SocketAddressFormat.LongestLength)]
    private struct Key : IEquatable<Key>
    {
        private byte _first;

        public readonly bool Equals(Key other) => ((ReadOnlySpan<byte>)this).SequenceEqual(other);

        public override readonly bool Equals(object? obj) => obj is Key other && Equals(other);

        // Seeded anew in each process: nobody can choose addresses that collide.
        public override readonly int GetHashCode()
        {
            HashCode hash = default;
            hash.AddBytes(this);
            return hash.ToHashCode();
        }
    }
}
