using Google.Protobuf.WellKnownTypes;

namespace K8sPqTunnel.Grpc.Tests.Calls;

/// <summary>A method of the tests' own, with strings both ways.</summary>
internal static class Echo
{
    public const int MaxMessageSize = 100_000;

    public static GrpcMethod<StringValue, StringValue> EchoMethod { get; } =
        new("test.Echo", "Echo", StringValue.Parser, StringValue.Parser, MaxMessageSize);

    public static StringValue Text(string value) => new() { Value = value };
}
