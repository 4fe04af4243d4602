using System.Runtime.InteropServices;
using K8sPqTunnel.Ike.Crypto;

namespace K8sPqTunnel.Ike.Sessions;

/// <summary>
/// The nonces and shared secrets of one CREATE_CHILD_SA and the IKE_FOLLOWUP_KE exchanges behind it, from which a new SA's keys are
/// made (RFC 7296 2.17, 2.18, RFC 9370 2.2.4).
/// </summary>
internal sealed class FreshKeys : IDisposable
{
    private readonly List<Secret> _secrets = [];
    private readonly List<KeyExchangeParameters> _run = [];
    private KeyExchange? _pending;

    /// <summary>The nonce of whoever sent the request.</summary>
    public byte[] Ni { get; set; } = [];

    /// <summary>The nonce of the answer.</summary>
    public byte[] Nr { get; set; } = [];

    /// <summary>SK(0), SK(1), … SK(n), as far as they are there.</summary>
    public ReadOnlySpan<Secret> Secrets => CollectionsMarshal.AsSpan(_secrets);

    /// <summary>The key exchanges that have been run, in order.</summary>
    public IReadOnlyList<KeyExchangeParameters> Run => _run;

    /// <summary>The lower of the two nonces, octet by octet; the end of one is lower than any octet (RFC 7296 2.8.1).</summary>
    public ReadOnlySpan<byte> LowestNonce => Ni.AsSpan().SequenceCompareTo(Nr) < 0 ? Ni : Nr;

    /// <summary>The initiating half, with a fresh key pair.</summary>
    /// <returns>The data of our KE payload.</returns>
    public ReadOnlySpan<byte> Start(IKeyExchangeSource source, KeyExchangeMethod method)
    {
        _pending?.Dispose();
        _pending = source.Start(method);
        return _pending.Data;
    }

    /// <summary>Takes the answer to <see cref="Start"/>.</summary>
    public bool TryComplete(ReadOnlySpan<byte> peerData, out KeyExchangeError error)
    {
        if (!_pending!.TryComplete(peerData, out Secret? secret, out error))
            return false;
        Add(_pending.Parameters, secret);
        _pending.Dispose();
        _pending = null;
        return true;
    }

    /// <summary>The responding half.</summary>
    /// <param name="ourData">The data of our KE payload; empty when the peer's is refused.</param>
    public bool TryRespond(
        IKeyExchangeSource source, KeyExchangeMethod method, ReadOnlySpan<byte> peerData, out byte[] ourData, out KeyExchangeError error)
    {
        bool done = source.TryRespond(method, peerData, out byte[]? data, out Secret? secret, out error);
        ourData = data ?? [];
        if (done)
            Add(KeyExchangeParameters.Of(method), secret!);
        return done;
    }

    public void Dispose()
    {
        _pending?.Dispose();
        _pending = null;
        foreach (Secret secret in _secrets)
            secret.Dispose();
        _secrets.Clear();
    }

    private void Add(KeyExchangeParameters method, Secret secret)
    {
        _secrets.Add(secret);
        _run.Add(method);
    }
}
