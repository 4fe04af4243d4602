using System.Buffers;
using System.Security.Cryptography;

namespace K8sPqTunnel.Ike.Crypto;

/// <summary>Owns key material: pinned memory of a fixed length that is zeroed by <see cref="Dispose"/> and never printed.</summary>
/// <remarks>
/// Pinned, so that the collector leaves no copies behind. Without a finalizer on purpose: a finalizer could zero the octets
/// while a span taken from <see cref="Span"/> is still in use. The owner disposes it.
/// </remarks>
public sealed class Secret : IDisposable
{
    // What a process keeps its secrets in: keys and shared secrets, and what prf+ makes before it is cut.
    private static readonly PinnedSlots Keys = new(64);
    private static readonly PinnedSlots KeyStreams = new(256);

    private readonly int _length;
    private ArraySegment<byte> _slot;

    /// <summary>Copies <paramref name="octets"/>; the caller still owns, and zeroes, the original.</summary>
    public Secret(ReadOnlySpan<byte> octets)
        : this(octets.Length) => octets.CopyTo(_slot);

    private Secret(int length)
    {
        _length = length;
        _slot = SlotsFor(length)?.Take() ?? (length == 0 ? ArraySegment<byte>.Empty : GC.AllocateArray<byte>(length, pinned: true));
    }

    /// <summary>No octets at all; everybody's, and never disposed.</summary>
    public static Secret None { get; } = new(0);

    /// <summary>Length in octets.</summary>
    public int Length => _length;

    /// <summary>The octets, for as long as this object isn't disposed.</summary>
    /// <exception cref="ObjectDisposedException">The secret is gone.</exception>
    public ReadOnlySpan<byte> Span
    {
        get
        {
            ObjectDisposedException.ThrowIf(_slot.Array is null, this);
            return Octets;
        }
    }

    /// <summary>Makes a secret of <paramref name="length"/> octets that <paramref name="fill"/> writes in place.</summary>
    /// <param name="length">Octets, zero allowed.</param>
    /// <param name="state">Handed to <paramref name="fill"/>; may be a span.</param>
    /// <param name="fill">Writes the octets. When it throws, what it wrote is zeroed.</param>
    public static Secret Create<TState>(int length, TState state, SpanAction<byte, TState> fill)
        where TState : allows ref struct
    {
        ArgumentNullException.ThrowIfNull(fill);
        Secret secret = new(length);
        bool filled = false;
        try
        {
            fill(secret.Octets, state);
            filled = true;
            return secret;
        }
        finally
        {
            if (!filled)
                secret.Dispose();
        }
    }

    /// <summary>A second owner of the same octets.</summary>
    public Secret Copy() => new(Span);

    /// <summary>Compares in a time that depends on the lengths only.</summary>
    public bool FixedTimeEquals(ReadOnlySpan<byte> other) => CryptographicOperations.FixedTimeEquals(Span, other);

    /// <summary>Never the octets.</summary>
    public override string ToString() => $"secret of {Length} octets";

    public void Dispose()
    {
        if (_slot.Array is null || _length == 0)
            return;
        CryptographicOperations.ZeroMemory(Octets);
        SlotsFor(_length)?.Return(_slot);
        _slot = default;
    }

    private Span<byte> Octets => _slot.AsSpan(0, _length);

    /// <summary>Null for nothing, as the integrity keys beside an AEAD, and for what is so long, and so rare, that it gets memory of its own.</summary>
    private static PinnedSlots? SlotsFor(int length) =>
        length == 0 ? null : length <= Keys.Length ? Keys : length <= KeyStreams.Length ? KeyStreams : null;
}
