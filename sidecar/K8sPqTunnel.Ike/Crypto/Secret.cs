using System.Security.Cryptography;

namespace K8sPqTunnel.Ike.Crypto;

/// <summary>Octets that must not outlive their use: pinned, zeroed on disposal, never printed.</summary>
public sealed class Secret : IDisposable
{
    private readonly byte[] _octets;
    private bool _disposed;

    /// <summary>Copies <paramref name="octets"/>; zeroing the original is the caller's part.</summary>
    public Secret(ReadOnlySpan<byte> octets)
        : this(octets.Length) => octets.CopyTo(_octets);

    private Secret(int length) => _octets = GC.AllocateUninitializedArray<byte>(length, pinned: true);

    public delegate void Filler(Span<byte> destination);

    /// <summary>Makes a secret of <paramref name="length"/> octets that <paramref name="fill"/> writes in place.</summary>
    public static Secret Create(int length, Filler fill)
    {
        var secret = new Secret(length);
        fill(secret._octets);
        return secret;
    }

    public int Length => _octets.Length;

    /// <exception cref="ObjectDisposedException">The secret has been zeroed.</exception>
    public ReadOnlySpan<byte> Span
    {
        get
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            return _octets;
        }
    }

    /// <summary>Compares in time that depends on the lengths only.</summary>
    public bool FixedTimeEquals(ReadOnlySpan<byte> other) => CryptographicOperations.FixedTimeEquals(Span, other);

    public void Dispose()
    {
        _disposed = true;
        CryptographicOperations.ZeroMemory(_octets);
    }

    public override string ToString() => $"[secret, {_octets.Length} octets]";
}
