using K8sPqTunnel.Grpc.Wire;

namespace K8sPqTunnel.Grpc.Tests.Wire;

public sealed class GrpcHeadersTests
{
    [Theory]
    [InlineData("application/grpc", true)]
    [InlineData("application/grpc+proto", true)]
    [InlineData("Application/GRPC; charset=utf-8", true)]
    [InlineData("application/grpc-web", false)]
    [InlineData("application/grpc+json", false)]
    [InlineData("application/json", false)]
    [InlineData("", false)]
    public void Only_gRPC_with_protobuf_messages_is_served(string contentType, bool served) =>
        Assert.Equal(served, GrpcHeaders.IsProtobuf(contentType));
}
