namespace K8sPqTunnel.Kubernetes.Meta;

/// <summary>The reasons that a controller tells apart (meta/v1 StatusReason).</summary>
public static class StatusReasons
{
    public const string NotFound = "NotFound";
    public const string AlreadyExists = "AlreadyExists";
    public const string Conflict = "Conflict";
    public const string Invalid = "Invalid";
    public const string Forbidden = "Forbidden";
    public const string Unauthorized = "Unauthorized";
    public const string TooManyRequests = "TooManyRequests";

    /// <summary>The resource version of a list or watch is older than what the server still holds.</summary>
    public const string Expired = "Expired";

    /// <summary>What old servers say instead of <see cref="Expired"/>.</summary>
    public const string Gone = "Gone";
}
