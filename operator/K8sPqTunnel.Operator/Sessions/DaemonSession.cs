using System.Security.Cryptography;
using K8sPqTunnel.Grpc.Contract.V1;
using K8sPqTunnel.Grpc.Server;
using K8sPqTunnel.Kubernetes.Meta;

namespace K8sPqTunnel.Operator.Sessions;

/// <summary>One open call of a daemon. Compared by reference.</summary>
internal sealed class DaemonSession
{
    private readonly GrpcResponseStream<OperatorMessage> _responses;
    private readonly CancellationTokenSource _replaced;
    private readonly Lock _lock = new();

    // By name: which resource, and the fingerprint of what was sent of it last; null once a teardown was asked for.
    private readonly Dictionary<string, (string Uid, string? Fingerprint)> _held = new(StringComparer.Ordinal);

    // One message at a time, in the order of the calls.
    private Task _sent = Task.CompletedTask;

    /// <param name="gateway">The gateway that it is.</param>
    /// <param name="hello">Who it is.</param>
    /// <param name="responses">The way back.</param>
    /// <param name="replaced">What ends the call in favour of a newer one; the call's to dispose of, once the session is closed.</param>
    public DaemonSession(
        NamespacedName gateway, Hello hello, GrpcResponseStream<OperatorMessage> responses, CancellationTokenSource replaced)
    {
        Gateway = gateway;
        Hello = hello;
        _responses = responses;
        _replaced = replaced;
        Replaced = replaced.Token;
        foreach (HeldTunnel held in hello.Tunnels.Where(held => held.Tunnel is not null))
            _held[held.Tunnel.Name] = (held.Tunnel.Uid, held.Fingerprint);
    }

    public NamespacedName Gateway { get; }

    public Hello Hello { get; }

    /// <summary>Cancelled once a newer session of the gateway has taken this one's place, which then hears and says nothing more.</summary>
    public CancellationToken Replaced { get; }

    /// <summary>The tunnels that the daemon has been given and not been asked to take down.</summary>
    public IReadOnlyList<TunnelRef> Held
    {
        get
        {
            lock (_lock)
                return [.. _held.Where(held => held.Value.Fingerprint is not null).Select(held => new TunnelRef { Name = held.Key, Uid = held.Value.Uid })];
        }
    }

    /// <summary>Ends the call, which goes on in another thread.</summary>
    public Task ReplaceAsync() => _replaced.CancelAsync();

    /// <summary>The daemon has this tunnel as it should be.</summary>
    public bool Holds(string tunnel, string uid, string fingerprint)
    {
        lock (_lock)
            return _held.TryGetValue(tunnel, out var held) && held == (uid, fingerprint);
    }

    /// <summary>Sends what a tunnel should be, and zeroes the Secrets' values.</summary>
    /// <exception cref="OperationCanceledException">The daemon went away; its next session is sent it again.</exception>
    public async Task ConfigureAsync(TunnelConfiguration configuration, CancellationToken cancellationToken)
    {
        try
        {
            await SendAsync(new OperatorMessage { Configuration = configuration }, cancellationToken);
        }
        finally
        {
            foreach (SecretValue value in configuration.Secrets)
            {
                if (System.Runtime.InteropServices.MemoryMarshal.TryGetArray(value.Value.Memory, out ArraySegment<byte> octets))
                    CryptographicOperations.ZeroMemory(octets);
            }
        }

        lock (_lock)
            _held[configuration.Tunnel.Name] = (configuration.Tunnel.Uid, configuration.Fingerprint);
    }

    /// <summary>Asks the daemon, once, to remove everything that it made for a tunnel.</summary>
    /// <exception cref="OperationCanceledException">The daemon went away; its next session is asked again.</exception>
    public async Task SendTeardownAsync(TunnelRef tunnel, string reason, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            if (_held.TryGetValue(tunnel.Name, out var held) && held == (tunnel.Uid, null))
                return;
            _held[tunnel.Name] = (tunnel.Uid, null);
        }

        await SendAsync(new OperatorMessage { Teardown = new Teardown { Tunnel = tunnel, Reason = reason } }, cancellationToken);
    }

    /// <summary>The daemon has removed a tunnel.</summary>
    public void Removed(TunnelRef tunnel)
    {
        lock (_lock)
        {
            if (_held.TryGetValue(tunnel.Name, out var held) && held == (tunnel.Uid, null))
                _held.Remove(tunnel.Name);
        }
    }

    /// <summary>Opens the session with a Welcome: nothing else is sent before, even by who sees the session as soon as it is open.</summary>
    /// <param name="open">Takes the session up; returns the number of the newest report that is held of the daemon.</param>
    public Task WelcomeAsync(Func<ulong> open) =>
        InTurnAsync(() => WriteAsync(new OperatorMessage { Welcome = new Welcome { LastReportSequence = open() } }, CancellationToken.None));

    private Task SendAsync(OperatorMessage message, CancellationToken cancellationToken) => InTurnAsync(() => WriteAsync(message, cancellationToken));

    private Task InTurnAsync(Func<Task> write)
    {
        lock (_lock)
            return _sent = AfterAsync(_sent, write);
    }

    private static async Task AfterAsync(Task before, Func<Task> write)
    {
        await before.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ForceYielding);
        await write();
    }

    private async Task WriteAsync(OperatorMessage message, CancellationToken cancellationToken)
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, Replaced);
        await _responses.WriteAsync(message, ended.Token);
    }
}
