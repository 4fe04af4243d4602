using K8sPqTunnel.Grpc.Client;
using K8sPqTunnel.Grpc.Contract.V1;

namespace K8sPqTunnel.Operator.Tests.Fakes;

/// <summary>A daemon that says what the test tells it to.</summary>
internal sealed class FakeDaemon : IAsyncDisposable
{
    private readonly GrpcChannel _channel;
    private readonly GrpcDuplexCall<DaemonMessage, OperatorMessage> _call;
    private ulong _sequence;

    private FakeDaemon(GrpcChannel channel, GrpcDuplexCall<DaemonMessage, OperatorMessage> call)
    {
        _channel = channel;
        _call = call;
    }

    /// <summary>The tunnel that messages are about unless they say otherwise.</summary>
    public TunnelRef? Tunnel { get; init; }

    public static async Task<FakeDaemon> CallAsync(GrpcChannel channel, string? token, Hello hello, TunnelRef? tunnel = null)
    {
        var daemon = new FakeDaemon(channel, channel.Duplex(TunnelControl.Session, new GrpcCallOptions { BearerToken = token })) { Tunnel = tunnel };
        await daemon.SendAsync(new DaemonMessage { Hello = hello });
        return daemon;
    }

    public ValueTask<OperatorMessage?> ReadAsync() => _call.ReadAsync();

    /// <summary>The next message of a kind; what comes before it is left aside.</summary>
    public async Task<OperatorMessage> ReadAsync(OperatorMessage.BodyOneofCase kind)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (await _call.ReadAsync(patience.Token) is { } message)
        {
            if (message.BodyCase == kind)
                return message;
        }

        throw new InvalidOperationException($"the session ended without a {kind}");
    }

    public async Task SendAsync(DaemonMessage message)
    {
        message.Sequence = ++_sequence;
        if (message.BodyCase != DaemonMessage.BodyOneofCase.Hello)
            message.Tunnel ??= Tunnel;
        await _call.WriteAsync(message);
    }

    public async ValueTask DisposeAsync()
    {
        await _call.DisposeAsync();
        _channel.Dispose();
    }
}
