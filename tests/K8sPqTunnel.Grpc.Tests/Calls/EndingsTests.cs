using System.Net;
using System.Net.Http.Headers;
using Google.Protobuf.WellKnownTypes;
using K8sPqTunnel.Grpc.Client;
using K8sPqTunnel.Grpc.Server;
using static K8sPqTunnel.Grpc.Tests.Calls.Echo;

namespace K8sPqTunnel.Grpc.Tests.Calls;

public sealed class EndingsTests
{
    private static CancellationToken TestEnd => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_status_before_the_first_message_comes_with_its_sentence()
    {
        await using TestServer server = await TestServer.StartAsync(static e =>
            e.MapGrpcBidi(EchoMethod, static (_, _, _) => Task.FromResult(new GrpcStatus(GrpcStatusCode.Unauthenticated, "Das Token ist 100 % ungültig."))));
        await AssertEndsAsync(server, GrpcStatusCode.Unauthenticated, "Das Token ist 100 % ungültig.");
    }

    [Fact]
    public async Task A_status_after_messages_comes_behind_them()
    {
        await using TestServer server = await TestServer.StartAsync(static e =>
            e.MapGrpcBidi(EchoMethod, static async (_, responses, _) =>
            {
                await responses.WriteAsync(Text("one"));
                throw new RpcException(GrpcStatusCode.FailedPrecondition, "No more.");
            }));
        using GrpcChannel channel = server.Connect();
        await using GrpcDuplexCall<StringValue, StringValue> call = channel.Duplex(EchoMethod, GrpcCallOptions.None, TestEnd);
        Assert.Equal("one", (await call.ReadAsync(TestEnd))!.Value);
        RpcException e = await Assert.ThrowsAsync<RpcException>(async () => await call.ReadAsync(TestEnd));
        Assert.Equal(new GrpcStatus(GrpcStatusCode.FailedPrecondition, "No more."), e.Status);
    }

    [Fact]
    public async Task Every_status_code_arrives_as_itself()
    {
        await using TestServer server = await TestServer.StartAsync(static e =>
            e.MapGrpcUnary(EchoMethod, static (request, _) =>
                Task.FromException<StringValue>(new RpcException(System.Enum.Parse<GrpcStatusCode>(request.Value), request.Value))));
        using GrpcChannel channel = server.Connect();
        foreach (GrpcStatusCode code in System.Enum.GetValues<GrpcStatusCode>().Where(static c => c != GrpcStatusCode.Ok))
        {
            RpcException e = await Assert.ThrowsAsync<RpcException>(() => channel.UnaryAsync(EchoMethod, Text($"{code}"), GrpcCallOptions.None, TestEnd));
            Assert.Equal(new GrpcStatus(code, $"{code}"), e.Status);
        }
    }

    [Fact]
    public async Task A_defect_in_a_handler_is_logged_and_not_told()
    {
        await using TestServer server = await TestServer.StartAsync(static e =>
            e.MapGrpcBidi(EchoMethod, static (_, _, _) => throw new InvalidOperationException("the inside")));
        await AssertEndsAsync(server, GrpcStatusCode.Unknown, "The server failed; its log says how.");
        Assert.Contains(server.Log.Lines, static line => line.StartsWith("Error", StringComparison.Ordinal) && line.Contains("the inside", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Writing_to_a_call_that_the_server_has_ended_says_so()
    {
        await using TestServer server = await TestServer.StartAsync(static e =>
            e.MapGrpcBidi(EchoMethod, static (_, _, _) => Task.FromResult(new GrpcStatus(GrpcStatusCode.PermissionDenied, "Not yours."))));
        using GrpcChannel channel = server.Connect();
        await using GrpcDuplexCall<StringValue, StringValue> call = channel.Duplex(EchoMethod, GrpcCallOptions.None, TestEnd);
        while (await call.WriteAsync(Text(new string('x', 50_000)), TestEnd))
            await Task.Yield();
        RpcException e = await Assert.ThrowsAsync<RpcException>(async () => await call.ReadAsync(TestEnd));
        Assert.Equal(GrpcStatusCode.PermissionDenied, e.Status.Code);
    }

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
        await AssertEndsAsync(server, GrpcStatusCode.DeadlineExceeded, options: new GrpcCallOptions { Timeout = TimeSpan.FromMilliseconds(100) });
        release.SetResult();
    }

    [Fact]
    public async Task The_server_holds_the_deadline_when_the_client_does_not()
    {
        await using TestServer server = await TestServer.StartAsync(static e => e.MapGrpcBidi(EchoMethod, WaitForever));
        using HttpResponseMessage response = await PostAsync(server, static r => r.Headers.Add("grpc-timeout", "100m"), keepOpen: true);
        Assert.Equal("4", response.Headers.GetValues("grpc-status").Single());
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
    public async Task The_status_of_a_failed_call_stays()
    {
        await using TestServer server = await TestServer.StartAsync(static e =>
            e.MapGrpcBidi(EchoMethod, static (_, _, _) => Task.FromResult(new GrpcStatus(GrpcStatusCode.NotFound, "No such tunnel."))));
        using GrpcChannel channel = server.Connect();
        await using GrpcDuplexCall<StringValue, StringValue> call = channel.Duplex(EchoMethod, GrpcCallOptions.None, TestEnd);
        for (int i = 0; i < 2; i++)
        {
            RpcException e = await Assert.ThrowsAsync<RpcException>(async () => await call.ReadAsync(TestEnd));
            Assert.Equal(GrpcStatusCode.NotFound, e.Status.Code);
        }
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

    [Fact]
    public async Task A_server_that_is_not_there_is_unavailable()
    {
        await using TestServer server = await TestServer.StartAsync(CallShapesTests.MapEcho);
        await server.StopAsync();
        await AssertEndsAsync(server, GrpcStatusCode.Unavailable);
    }

    [Fact]
    public async Task A_method_that_nobody_mapped_is_unimplemented()
    {
        await using TestServer server = await TestServer.StartAsync(static _ => { });
        await AssertEndsAsync(server, GrpcStatusCode.Unimplemented);
    }

    [Fact]
    public async Task A_message_over_the_limit_ends_the_call_that_sent_it()
    {
        var generous = new GrpcMethod<StringValue, StringValue>("test.Echo", "Echo", StringValue.Parser, StringValue.Parser);
        await using TestServer server = await TestServer.StartAsync(CallShapesTests.MapEcho);
        using GrpcChannel channel = server.Connect();
        await using GrpcDuplexCall<StringValue, StringValue> call = channel.Duplex(generous, GrpcCallOptions.None, TestEnd);
        await call.WriteAsync(Text(new string('x', MaxMessageSize)), TestEnd);
        RpcException e = await Assert.ThrowsAsync<RpcException>(async () => await call.ReadAsync(TestEnd));
        Assert.Equal(GrpcStatusCode.ResourceExhausted, e.Status.Code);
    }

    [Fact]
    public async Task A_unary_method_takes_exactly_one_request()
    {
        await using TestServer server = await TestServer.StartAsync(static e =>
            e.MapGrpcUnary(EchoMethod, static (request, _) => Task.FromResult(request)));
        using GrpcChannel channel = server.Connect();
        foreach (int requests in new[] { 0, 2 })
        {
            await using GrpcDuplexCall<StringValue, StringValue> call = channel.Duplex(EchoMethod, GrpcCallOptions.None, TestEnd);
            for (int i = 0; i < requests; i++)
                await call.WriteAsync(Text(""), TestEnd);
            call.CompleteRequests();
            RpcException e = await Assert.ThrowsAsync<RpcException>(async () => await call.ReadAsync(TestEnd));
            Assert.Equal(GrpcStatusCode.Internal, e.Status.Code);
        }
    }

    [Fact]
    public async Task A_compressed_message_is_refused_with_the_encoding_that_would_do()
    {
        await using TestServer server = await TestServer.StartAsync(CallShapesTests.MapEcho);
        using HttpResponseMessage response = await PostAsync(server, static r => r.Headers.Add("grpc-encoding", "gzip"), body: [1, 0, 0, 0, 0]);
        Assert.Equal("12", response.Headers.GetValues("grpc-status").Single());
        Assert.Equal("identity", response.Headers.GetValues("grpc-accept-encoding").Single());
    }

    [Fact]
    public async Task What_is_not_gRPC_is_refused_as_HTTP()
    {
        await using TestServer server = await TestServer.StartAsync(CallShapesTests.MapEcho);
        using HttpResponseMessage response = await PostAsync(server, static r => r.Content!.Headers.ContentType = new MediaTypeHeaderValue("application/json"));
        Assert.Equal(HttpStatusCode.UnsupportedMediaType, response.StatusCode);
    }

    [Theory]
    [InlineData(true, "5s")]
    [InlineData(false, null)]
    public async Task A_head_that_breaks_the_protocol_is_an_internal_error(bool te, string? timeout)
    {
        await using TestServer server = await TestServer.StartAsync(CallShapesTests.MapEcho);
        using HttpResponseMessage response = await PostAsync(server, r =>
        {
            if (!te)
                r.Headers.Remove("te");
            if (timeout is not null)
                r.Headers.Add("grpc-timeout", timeout);
        });
        Assert.Equal("13", response.Headers.GetValues("grpc-status").Single());
    }

    [Fact]
    public void A_token_does_not_leave_the_machine_in_clear_text()
    {
        using var channel = new GrpcChannel(new Uri("http://192.0.2.1:1"), new GrpcChannelOptions());
        Assert.Throws<ArgumentException>(() => channel.Duplex(EchoMethod, new GrpcCallOptions { BearerToken = "t" }, TestEnd));
    }

    [Theory]
    [InlineData("grpc-status")]
    [InlineData("trace-bin")]
    public void Names_of_the_protocol_are_no_metadata(string name)
    {
        using var channel = new GrpcChannel(new Uri("http://127.0.0.1:1"), new GrpcChannelOptions());
        Assert.Throws<ArgumentException>(() => channel.Duplex(EchoMethod, new GrpcCallOptions { Metadata = [new(name, "v")] }, TestEnd));
    }

    private static async Task AssertEndsAsync(TestServer server, GrpcStatusCode code, string? detail = null, GrpcCallOptions? options = null)
    {
        using GrpcChannel channel = server.Connect();
        await using GrpcDuplexCall<StringValue, StringValue> call = channel.Duplex(EchoMethod, options ?? GrpcCallOptions.None, TestEnd);
        RpcException e = await Assert.ThrowsAsync<RpcException>(async () => await call.ReadAsync(TestEnd));
        Assert.Equal(code, e.Status.Code);
        Assert.NotEmpty(e.Status.Detail);
        if (detail is not null)
            Assert.Equal(detail, e.Status.Detail);
    }

    private static async Task<GrpcStatus> WaitForever(
        GrpcRequestStream<StringValue> requests, GrpcResponseStream<StringValue> responses, GrpcServerContext context)
    {
        if (context.Timeout is null)
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

    /// <summary>A request whose every header the test decides.</summary>
    private static async Task<HttpResponseMessage> PostAsync(
        TestServer server, Action<HttpRequestMessage> change, byte[]? body = null, bool keepOpen = false)
    {
        using var http = new HttpClient();
        using var open = new RequestStreamContent();
        using var closed = new ByteArrayContent(body ?? [0, 0, 0, 0, 0]);
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(server.Address, EchoMethod.Path))
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = keepOpen ? open : closed,
        };
        request.Headers.Add("te", "trailers");
        request.Content.Headers.TryAddWithoutValidation("content-type", "application/grpc");
        change(request);
        return await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, TestEnd);
    }
}
