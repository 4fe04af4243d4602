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

    public static async Task<FakeDaemon> CallAsync(GrpcChannel channel, string? token, Hello hello)
    {
        var daemon = new FakeDaemon(channel, channel.Duplex(TunnelControl.Session, new GrpcCallOptions { BearerToken = token }));
        await daemon.SendAsync(new DaemonMessage { Hello = hello });
        return daemon;
    }

    public ValueTask<OperatorMessage?> ReadAsync() => _call.ReadAsync();

    public async Task SendAsync(DaemonMessage message)
    {
        message.Sequence = ++_sequence;
        await _call.WriteAsync(message);
    }

    public async ValueTask DisposeAsync()
    {
        await _call.DisposeAsync();
        _channel.Dispose();
    }
}
