using System.Net;
using System.Net.Http.Headers;
using Google.Protobuf.WellKnownTypes;
using K8sPqTunnel.Grpc.Client;
using K8sPqTunnel.Grpc.Server;
using static K8sPqTunnel.Grpc.Tests.Calls.Echo;

namespace K8sPqTunnel.Grpc.Tests.Calls;

/// <summary>Requests that break a limit or the protocol, and what each end answers.</summary>
public sealed class RefusedRequestsTests
{
    private static CancellationToken TestEnd => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_server_holds_the_deadline_when_the_client_does_not()
    {
        await using TestServer server = await TestServer.StartAsync(CallShapesTests.MapEcho);
        using HttpResponseMessage response = await PostAsync(server, static r => r.Headers.Add("grpc-timeout", "100m"), keepOpen: true);
        Assert.Equal("4", response.Headers.GetValues("grpc-status").Single());
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
