using Google.Protobuf.WellKnownTypes;
using K8sPqTunnel.Grpc.Client;
using K8sPqTunnel.Grpc.Server;
using static K8sPqTunnel.Grpc.Tests.Calls.Echo;

namespace K8sPqTunnel.Grpc.Tests.Calls;

/// <summary>How a call that a handler or the network ends looks to its client.</summary>
public sealed class StatusTests
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

    private static async Task AssertEndsAsync(TestServer server, GrpcStatusCode code, string? detail = null)
    {
        using GrpcChannel channel = server.Connect();
        await using GrpcDuplexCall<StringValue, StringValue> call = channel.Duplex(EchoMethod, GrpcCallOptions.None, TestEnd);
        RpcException e = await Assert.ThrowsAsync<RpcException>(async () => await call.ReadAsync(TestEnd));
        Assert.Equal(code, e.Status.Code);
        Assert.NotEmpty(e.Status.Detail);
        if (detail is not null)
            Assert.Equal(detail, e.Status.Detail);
    }
}
