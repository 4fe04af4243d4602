namespace K8sPqTunnel.Grpc.Wire;

/// <summary>Names and fixed values of the headers and trailers that gRPC uses (doc/PROTOCOL-HTTP2.md).</summary>
internal static class GrpcHeaders
{
    public const string ContentType = "application/grpc";
    public const string Status = "grpc-status";
    public const string Message = "grpc-message";
    public const string Timeout = "grpc-timeout";
    public const string AcceptEncoding = "grpc-accept-encoding";
    public const string Identity = "identity";
    public const string Te = "te";
    public const string Trailers = "trailers";

    /// <summary>Whether a <c>content-type</c> announces length-prefixed protobuf messages.</summary>
    /// <remarks><c>application/grpc</c> or <c>application/grpc+proto</c>, with or without parameters; not gRPC-Web, not JSON.</remarks>
    public static bool IsProtobuf(ReadOnlySpan<char> contentType)
    {
        int parameters = contentType.IndexOf(';');
        ReadOnlySpan<char> type = (parameters < 0 ? contentType : contentType[..parameters]).Trim();
        return type.Equals(ContentType, StringComparison.OrdinalIgnoreCase)
            || type.Equals(ContentType + "+proto", StringComparison.OrdinalIgnoreCase);
    }
}
