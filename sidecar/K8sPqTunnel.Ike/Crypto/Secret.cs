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
    private readonly byte[] _octets;
    private bool _disposed;

    /// <summary>Copies <paramref name="octets"/>; the caller still owns, and zeroes, the original.</summary>
    public Secret(ReadOnlySpan<byte> octets)
        : this(octets.Length) => octets.CopyTo(_octets);

    private Secret(int length) => _octets = GC.AllocateArray<byte>(length, pinned: true);

    /// <summary>Length in octets.</summary>
    public int Length => _octets.Length;

    /// <summary>The octets, for as long as this object isn't disposed.</summary>
    /// <exception cref="ObjectDisposedException">The secret is gone.</exception>
    public ReadOnlySpan<byte> Span
    {
        get
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            return _octets;
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
            fill(secret._octets, state);
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
        CryptographicOperations.ZeroMemory(_octets);
        _disposed = true;
    }
}
