using Google.Protobuf.WellKnownTypes;
using K8sPqTunnel.Grpc.Client;
using K8sPqTunnel.Grpc.Server;
using static K8sPqTunnel.Grpc.Tests.Calls.Echo;

namespace K8sPqTunnel.Grpc.Tests.Calls;

/// <summary>Calls that end because time, a caller, a server or a connection did.</summary>
public sealed class CancellationTests
{
    private static CancellationToken TestEnd => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_client_holds_its_deadline_when_the_server_does_not()
    {
        var release = new TaskCompletionSource();
        await using TestServer server = await TestServer.StartAsync(e =>
            e.MapGrpcBidi(EchoMethod, async (_, _, _) =>
            {
                await release.Task;
                return GrpcStatus.Ok;
            }));
        using GrpcChannel channel = server.Connect();
        var brief = new GrpcCallOptions { Timeout = TimeSpan.FromMilliseconds(100) };
        await using GrpcDuplexCall<StringValue, StringValue> call = channel.Duplex(EchoMethod, brief, TestEnd);
        RpcException e = await Assert.ThrowsAsync<RpcException>(async () => await call.ReadAsync(TestEnd));
        Assert.Equal(GrpcStatusCode.DeadlineExceeded, e.Status.Code);
        release.SetResult();
    }

    [Fact]
    public async Task Disposing_a_call_cancels_its_handler()
    {
        var cancelled = new TaskCompletionSource();
        await using TestServer server = await TestServer.StartAsync(e => e.MapGrpcBidi(EchoMethod, CancelledInto(cancelled)));
        using GrpcChannel channel = server.Connect();
        GrpcDuplexCall<StringValue, StringValue> call = channel.Duplex(EchoMethod, GrpcCallOptions.None, TestEnd);
        Assert.NotNull(await call.ReadAsync(TestEnd));
        await call.DisposeAsync();
        await cancelled.Task.WaitAsync(TestEnd);
    }

    [Fact]
    public async Task Cancelling_a_call_frees_both_ends()
    {
        var cancelled = new TaskCompletionSource();
        await using TestServer server = await TestServer.StartAsync(e => e.MapGrpcBidi(EchoMethod, CancelledInto(cancelled)));
        using GrpcChannel channel = server.Connect();
        using var caller = CancellationTokenSource.CreateLinkedTokenSource(TestEnd);
        await using GrpcDuplexCall<StringValue, StringValue> call = channel.Duplex(EchoMethod, GrpcCallOptions.None, caller.Token);
        Assert.NotNull(await call.ReadAsync(TestEnd));
        ValueTask<StringValue?> reading = call.ReadAsync(TestEnd);
        await caller.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await reading);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await call.WriteAsync(Text(""), TestEnd));
        await call.DisposeAsync();
        await cancelled.Task.WaitAsync(TestEnd);
    }

    [Fact]
    public async Task Disposing_a_call_ends_a_read_that_waits()
    {
        await using TestServer server = await TestServer.StartAsync(static e => e.MapGrpcBidi(EchoMethod, WaitForever));
        using GrpcChannel channel = server.Connect();
        GrpcDuplexCall<StringValue, StringValue> call = channel.Duplex(EchoMethod, GrpcCallOptions.None, TestEnd);
        Assert.NotNull(await call.ReadAsync(TestEnd));
        ValueTask<StringValue?> reading = call.ReadAsync(TestEnd);
        await call.DisposeAsync();
        RpcException e = await Assert.ThrowsAsync<RpcException>(async () => await reading);
        Assert.Equal(GrpcStatusCode.Cancelled, e.Status.Code);
    }

    [Fact]
    public async Task What_a_handler_left_running_can_touch_its_streams_no_more()
    {
        var left = new TaskCompletionSource<(GrpcRequestStream<StringValue> Requests, GrpcResponseStream<StringValue> Responses)>();
        await using TestServer server = await TestServer.StartAsync(e =>
            e.MapGrpcBidi(EchoMethod, (requests, responses, _) =>
            {
                left.SetResult((requests, responses));
                return Task.FromResult(GrpcStatus.Ok);
            }));
        using GrpcChannel channel = server.Connect();
        await using GrpcDuplexCall<StringValue, StringValue> call = channel.Duplex(EchoMethod, GrpcCallOptions.None, TestEnd);
        Assert.Null(await call.ReadAsync(TestEnd));
        (GrpcRequestStream<StringValue> requests, GrpcResponseStream<StringValue> responses) = await left.Task;
        await Assert.ThrowsAsync<ObjectDisposedException>(async () => await responses.WriteAsync(Text("late")));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await requests.ReadAsync());
    }

    [Fact]
    public async Task A_connection_that_went_dead_is_noticed()
    {
        await using TestServer server = await TestServer.StartAsync(static e => e.MapGrpcBidi(EchoMethod, WaitForever));
        using var relay = new TcpRelay(server.Address.Port);
        var eager = new GrpcChannelOptions { KeepAliveInterval = TimeSpan.FromSeconds(1), KeepAliveTimeout = TimeSpan.FromSeconds(1) };
        using var channel = new GrpcChannel(new Uri($"http://127.0.0.1:{relay.Port}"), eager);
        await using GrpcDuplexCall<StringValue, StringValue> call = channel.Duplex(EchoMethod, GrpcCallOptions.None, TestEnd);
        Assert.NotNull(await call.ReadAsync(TestEnd));
        relay.Freeze();
        RpcException e = await Assert.ThrowsAsync<RpcException>(async () => await call.ReadAsync(TestEnd));
        Assert.Equal(GrpcStatusCode.Unavailable, e.Status.Code);
    }

    [Fact]
    public async Task A_stopping_server_ends_its_sessions_as_unavailable()
    {
        await using TestServer server = await TestServer.StartAsync(static e => e.MapGrpcBidi(EchoMethod, WaitForever));
        using GrpcChannel channel = server.Connect();
        await using GrpcDuplexCall<StringValue, StringValue> call = channel.Duplex(EchoMethod, GrpcCallOptions.None, TestEnd);
        Assert.NotNull(await call.ReadAsync(TestEnd));
        Task stopping = server.StopAsync();
        RpcException e = await Assert.ThrowsAsync<RpcException>(async () => await call.ReadAsync(TestEnd));
        Assert.Equal(GrpcStatusCode.Unavailable, e.Status.Code);
        await stopping.WaitAsync(TimeSpan.FromSeconds(10), TestEnd);
    }

    private static async Task<GrpcStatus> WaitForever(
        GrpcRequestStream<StringValue> requests, GrpcResponseStream<StringValue> responses, GrpcServerContext context)
    {
        await responses.WriteAsync(Text("ready"));
        await Task.Delay(Timeout.Infinite, context.CancellationToken);
        return GrpcStatus.Ok;
    }

    private static Func<GrpcRequestStream<StringValue>, GrpcResponseStream<StringValue>, GrpcServerContext, Task<GrpcStatus>> CancelledInto(
        TaskCompletionSource cancelled) => async (requests, responses, _) =>
        {
            await responses.WriteAsync(Text("ready"));
            await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await requests.ReadAsync());
            cancelled.SetResult();
            return GrpcStatus.Ok;
        };
}
