using System.Threading.Channels;
using Google.Protobuf.WellKnownTypes;
using K8sPqTunnel.Grpc.Client;
using K8sPqTunnel.Grpc.Server;
using static K8sPqTunnel.Grpc.Tests.Calls.Echo;

namespace K8sPqTunnel.Grpc.Tests.Calls;

public sealed class CallShapesTests
{
    private static CancellationToken TestEnd => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_unary_call_is_answered()
    {
        await using TestServer server = await TestServer.StartAsync(static e =>
            e.MapGrpcUnary(EchoMethod, static (request, _) => Task.FromResult(Text($"hello {request.Value}"))));
        using GrpcChannel channel = server.Connect();
        Assert.Equal("hello berlin", (await channel.UnaryAsync(EchoMethod, Text("berlin"), GrpcCallOptions.None, TestEnd)).Value);
    }

    [Fact]
    public async Task An_empty_message_is_a_message()
    {
        await using TestServer server = await TestServer.StartAsync(static e =>
            e.MapGrpcUnary(EchoMethod, static (request, _) => Task.FromResult(request)));
        using GrpcChannel channel = server.Connect();
        Assert.Equal("", (await channel.UnaryAsync(EchoMethod, Text(""), GrpcCallOptions.None, TestEnd)).Value);
    }

    [Fact]
    public async Task A_server_stream_yields_its_messages_in_order()
    {
        await using TestServer server = await TestServer.StartAsync(static e =>
            e.MapGrpcServerStreaming(EchoMethod, static async (request, responses, _) =>
            {
                for (int i = 0; i < 100; i++)
                    await responses.WriteAsync(Text($"{request.Value}{i}"));
                return GrpcStatus.Ok;
            }));
        using GrpcChannel channel = server.Connect();
        var answers = new List<string>();
        await foreach (StringValue answer in channel.ServerStreamingAsync(EchoMethod, Text("n"), GrpcCallOptions.None, TestEnd))
            answers.Add(answer.Value);
        Assert.Equal(Enumerable.Range(0, 100).Select(static i => $"n{i}"), answers);
    }

    [Fact]
    public async Task A_client_stream_is_answered_once()
    {
        await using TestServer server = await TestServer.StartAsync(static e =>
            e.MapGrpcClientStreaming(EchoMethod, static async (requests, _) =>
            {
                int sum = 0;
                await foreach (StringValue request in requests.ReadAllAsync())
                    sum += int.Parse(request.Value);
                return Text($"{sum}");
            }));
        using GrpcChannel channel = server.Connect();
        await using GrpcClientStreamingCall<StringValue, StringValue> call = channel.ClientStreaming(EchoMethod, GrpcCallOptions.None, TestEnd);
        for (int i = 1; i <= 100; i++)
            Assert.True(await call.WriteAsync(Text($"{i}"), TestEnd));
        Assert.Equal("5050", (await call.CompleteAsync(TestEnd)).Value);
    }

    [Fact]
    public async Task A_bidirectional_call_interleaves_both_directions()
    {
        await using TestServer server = await TestServer.StartAsync(MapEcho);
        using GrpcChannel channel = server.Connect();
        await using GrpcDuplexCall<StringValue, StringValue> call = channel.Duplex(EchoMethod, GrpcCallOptions.None, TestEnd);
        for (int i = 0; i < 50; i++)
        {
            Assert.True(await call.WriteAsync(Text($"{i}"), TestEnd));
            Assert.Equal($"{i}", (await call.ReadAsync(TestEnd))!.Value);
        }

        call.CompleteRequests();
        Assert.Null(await call.ReadAsync(TestEnd));
        Assert.Null(await call.ReadAsync(TestEnd));
    }

    [Fact]
    public async Task The_server_may_go_on_after_the_client_has_half_closed()
    {
        await using TestServer server = await TestServer.StartAsync(static e =>
            e.MapGrpcBidi(EchoMethod, static async (requests, responses, _) =>
            {
                int count = 0;
                while (await requests.ReadAsync() is not null)
                    count++;
                await responses.WriteAsync(Text($"{count} before the half-close"));
                await responses.WriteAsync(Text("and one more"));
                return GrpcStatus.Ok;
            }));
        using GrpcChannel channel = server.Connect();
        await using GrpcDuplexCall<StringValue, StringValue> call = channel.Duplex(EchoMethod, GrpcCallOptions.None, TestEnd);
        await call.WriteAsync(Text("a"), TestEnd);
        await call.WriteAsync(Text("b"), TestEnd);
        call.CompleteRequests();
        Assert.Equal("2 before the half-close", (await call.ReadAsync(TestEnd))!.Value);
        Assert.Equal("and one more", (await call.ReadAsync(TestEnd))!.Value);
        Assert.Null(await call.ReadAsync(TestEnd));
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await call.WriteAsync(Text("c"), TestEnd));
    }

    [Fact]
    public async Task The_server_may_speak_first()
    {
        await using TestServer server = await TestServer.StartAsync(static e =>
            e.MapGrpcBidi(EchoMethod, static async (requests, responses, _) =>
            {
                await responses.WriteAsync(Text("first"));
                await requests.ReadAsync();
                return GrpcStatus.Ok;
            }));
        using GrpcChannel channel = server.Connect();
        await using GrpcDuplexCall<StringValue, StringValue> call = channel.Duplex(EchoMethod, GrpcCallOptions.None, TestEnd);
        Assert.Equal("first", (await call.ReadAsync(TestEnd))!.Value);
    }

    [Fact]
    public async Task Messages_of_several_writers_never_interleave()
    {
        await using TestServer server = await TestServer.StartAsync(MapEcho);
        using GrpcChannel channel = server.Connect();
        await using GrpcDuplexCall<StringValue, StringValue> call = channel.Duplex(EchoMethod, GrpcCallOptions.None, TestEnd);
        string[] texts = [.. Enumerable.Range(0, 64).Select(static i => new string((char)('0' + i), 20_000))];
        Task writing = Task.WhenAll(texts.Select(t => Task.Run(async () => Assert.True(await call.WriteAsync(Text(t))))));
        var received = new List<string>();
        while (received.Count < texts.Length)
            received.Add((await call.ReadAsync(TestEnd))!.Value);
        await writing;
        Assert.Equal(texts, received.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Many_calls_share_few_connections()
    {
        await using TestServer server = await TestServer.StartAsync(static e =>
            e.MapGrpcBidi(EchoMethod, static async (requests, responses, context) =>
            {
                while (await requests.ReadAsync() is not null)
                    await responses.WriteAsync(Text(context.Peer));
                return GrpcStatus.Ok;
            }));
        using GrpcChannel channel = server.Connect();
        var calls = Enumerable.Range(0, 300).Select(_ => channel.Duplex(EchoMethod, GrpcCallOptions.None, TestEnd)).ToList();
        foreach (GrpcDuplexCall<StringValue, StringValue> call in calls)
            Assert.True(await call.WriteAsync(Text(""), TestEnd));
        var peers = new HashSet<string>(StringComparer.Ordinal);
        foreach (GrpcDuplexCall<StringValue, StringValue> call in calls)
            peers.Add((await call.ReadAsync(TestEnd))!.Value);

        // Before the server's SETTINGS arrive the client reckons with 100 calls to a connection (RFC 9113 6.5.2), so it may open a third.
        Assert.InRange(peers.Count, 1, 3);
        foreach (GrpcDuplexCall<StringValue, StringValue> call in calls)
            await call.DisposeAsync();
    }

    [Fact]
    public async Task A_message_larger_than_the_flow_control_windows_arrives()
    {
        var large = new GrpcMethod<StringValue, StringValue>("test.Echo", "Large", StringValue.Parser, StringValue.Parser);
        await using TestServer server = await TestServer.StartAsync(e =>
            e.MapGrpcUnary(large, static (request, _) => Task.FromResult(request)));
        using GrpcChannel channel = server.Connect();
        string text = new('x', 4_000_000);
        Assert.Equal(text, (await channel.UnaryAsync(large, Text(text), GrpcCallOptions.None, TestEnd)).Value);
    }

    [Fact]
    public async Task Metadata_and_the_bearer_token_reach_the_handler_and_no_log()
    {
        var seen = Channel.CreateUnbounded<(string? Token, string? Tunnel, TimeSpan? Timeout)>();
        await using TestServer server = await TestServer.StartAsync(e =>
            e.MapGrpcUnary(EchoMethod, async (request, context) =>
            {
                await seen.Writer.WriteAsync((context.BearerToken, context.Metadata["x-tunnel"], context.Timeout));
                return request;
            }));
        using GrpcChannel channel = server.Connect();
        var options = new GrpcCallOptions { BearerToken = "se.cr.et", Timeout = TimeSpan.FromSeconds(30), Metadata = [new("x-tunnel", "berlin")] };
        await channel.UnaryAsync(EchoMethod, Text(""), options, TestEnd);
        Assert.Equal(("se.cr.et", "berlin", TimeSpan.FromSeconds(30)), await seen.Reader.ReadAsync(TestEnd));
        Assert.DoesNotContain("se.cr.et", options.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain(server.Log.Lines, static line => line.Contains("se.cr.et", StringComparison.Ordinal));
    }

    internal static void MapEcho(Microsoft.AspNetCore.Routing.IEndpointRouteBuilder endpoints) =>
        endpoints.MapGrpcBidi(EchoMethod, static async (requests, responses, _) =>
        {
            await foreach (StringValue request in requests.ReadAllAsync())
                await responses.WriteAsync(request);
            return GrpcStatus.Ok;
        });
}
