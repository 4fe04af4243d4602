using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using K8sPqTunnel.Grpc.Wire;

namespace K8sPqTunnel.Grpc.Client;

/// <summary>Reads how a call went from the head and the trailers of its HTTP response.</summary>
internal static class ResponseStatus
{
    /// <summary>OK when the response's head is that of a gRPC response; else what to tell the caller instead of reading on.</summary>
    public static GrpcStatus OfHead(HttpResponseMessage response)
    {
        if (response.StatusCode != HttpStatusCode.OK)
            return new GrpcStatus(CodeOf(response.StatusCode), $"The server answered with HTTP status {(int)response.StatusCode} instead of a gRPC response.");

        string? contentType = response.Content.Headers.ContentType?.MediaType;
        return GrpcHeaders.IsProtobuf(contentType)
            ? GrpcStatus.Ok
            : new GrpcStatus(GrpcStatusCode.Unknown, $"The server answered with the content type \"{contentType}\" instead of a gRPC response.");
    }

    /// <summary>The status that ends a call whose messages are all read.</summary>
    public static GrpcStatus OfEnd(HttpResponseMessage response)
    {
        // Trailers-Only: the only HEADERS frame is the head, and holds the status.
        HttpHeaders trailers = response.TrailingHeaders.Contains(GrpcHeaders.Status) ? response.TrailingHeaders : response.Headers;
        string? code = Find(trailers, GrpcHeaders.Status);
        if (code is null)
            return new GrpcStatus(GrpcStatusCode.Unknown, "The response ended without a grpc-status.");
        bool known = int.TryParse(code, NumberStyles.None, CultureInfo.InvariantCulture, out int number)
            && number <= (int)GrpcStatusCode.Unauthenticated;
        return new GrpcStatus(
            known ? (GrpcStatusCode)number : GrpcStatusCode.Unknown,
            PercentEncoding.Decode(Find(trailers, GrpcHeaders.Message) ?? ""));
    }

    private static string? Find(HttpHeaders headers, string name) =>
        headers.NonValidated.TryGetValues(name, out HeaderStringValues values) ? values.ToString() : null;

    // gRPC: doc/http-grpc-status-mapping.md
    private static GrpcStatusCode CodeOf(HttpStatusCode status) => status switch
    {
        HttpStatusCode.BadRequest => GrpcStatusCode.Internal,
        HttpStatusCode.Unauthorized => GrpcStatusCode.Unauthenticated,
        HttpStatusCode.Forbidden => GrpcStatusCode.PermissionDenied,
        HttpStatusCode.NotFound => GrpcStatusCode.Unimplemented,
        HttpStatusCode.TooManyRequests or HttpStatusCode.BadGateway
            or HttpStatusCode.ServiceUnavailable or HttpStatusCode.GatewayTimeout => GrpcStatusCode.Unavailable,
        _ => GrpcStatusCode.Unknown,
    };
}
