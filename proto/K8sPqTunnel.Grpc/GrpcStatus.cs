namespace K8sPqTunnel.Grpc;

/// <summary>The outcome of a call: a code for programs and a sentence for humans.</summary>
/// <param name="Code">How the call ended.</param>
/// <param name="Detail">One sentence; travels as <c>grpc-message</c>, so it must hold no secret.</param>
public readonly record struct GrpcStatus(GrpcStatusCode Code, string Detail)
{
    /// <summary>Success, with nothing to say.</summary>
    public static GrpcStatus Ok { get; } = new(GrpcStatusCode.Ok, "");

    /// <summary>Whether the call succeeded.</summary>
    public bool IsOk => Code == GrpcStatusCode.Ok;

    /// <inheritdoc/>
    public override string ToString() => string.IsNullOrEmpty(Detail) ? Code.ToString() : $"{Code}: {Detail}";
}
