using System.Diagnostics.CodeAnalysis;
using K8sPqTunnel.Ike.Crypto;
using K8sPqTunnel.Ike.Keys;
using K8sPqTunnel.Ike.Protection;
using K8sPqTunnel.Ike.Sessions;
using K8sPqTunnel.Ike.Testing;
using K8sPqTunnel.Ike.Wire;

namespace K8sPqTunnel.Ike.Tests.Conformance.Meddling;

/// <summary>The keys of all IKE SAs that have been seen, also of those that are no more.</summary>
internal sealed class KeyRing : IDisposable
{
    // Of each IKE SA the newest keys stand last. Outbound is what the initiator seals with.
    private readonly List<(IkeSpi Initiator, IkeKeys Source, SaProtection Ciphers)> _all = [];
    private readonly SeededRandom _random = new(77);

    /// <summary>Takes note of the keys that an IKE SA uses now.</summary>
    public void Learn(IkeSa? sa)
    {
        for (; sa is not null; sa = sa.Succession.Successor)
        {
            if (sa.Keys.Protection is null || sa.State == IkeSaState.Dead || _all.Exists(known => known.Source == sa.Keys.Current))
                continue;
            SaProtection ciphers = SaProtection.Create(sa.Keys.Selection!.Algorithms, sa.Keys.Current, isInitiator: true, _random);
            _all.Add((sa.InitiatorSpi, sa.Keys.Current, ciphers));
        }
    }

    /// <summary>Opens a message, whole or a fragment.</summary>
    /// <param name="cipher">What it was sealed with, and what can seal another in its place.</param>
    public bool TryOpen(
        IkeHeader header, ReadOnlySpan<byte> datagram, [NotNullWhen(true)] out MessageCipher? cipher, out OpenedPart part, out byte[] opened)
    {
        foreach ((IkeSpi initiator, _, SaProtection ciphers) in Enumerable.Reverse(_all))
        {
            opened = datagram.ToArray();
            cipher = Of(ciphers, header);
            if (initiator == header.InitiatorSpi && MessageOpener.TryOpen(opened, cipher, out part) == OpenResult.Opened)
                return true;
        }

        part = default;
        cipher = null;
        opened = [];
        return false;
    }

    /// <summary>What seals a message with this header under the newest keys.</summary>
    public MessageCipher Newest(IkeHeader header) => Of(_all.Last(known => known.Initiator == header.InitiatorSpi).Ciphers, header);

    public void Dispose()
    {
        foreach ((_, _, SaProtection ciphers) in _all)
            ciphers.Dispose();
    }

    private static MessageCipher Of(SaProtection ciphers, IkeHeader header) => header.IsFromInitiator ? ciphers.Outbound : ciphers.Inbound;
}
