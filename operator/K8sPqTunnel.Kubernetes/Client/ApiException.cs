using K8sPqTunnel.Kubernetes.Meta;

namespace K8sPqTunnel.Kubernetes.Client;

/// <summary>The API server refused a request, or ended a watch with an error.</summary>
public sealed class ApiException : KubernetesException
{
    private const string VersionTooLarge = "ResourceVersionTooLarge";

    internal ApiException(string request, int code, ApiStatus? status, TimeSpan? retryAfter)
        : base(Describe(request, code, status))
    {
        Code = code;
        Status = status;
        RetryAfter = retryAfter;
    }

    /// <summary>The HTTP status.</summary>
    public int Code { get; }

    /// <summary>One word, see <see cref="StatusReasons"/>; null when the answer was not the API's (a proxy's page, say).</summary>
    public string? Reason => Status?.Reason;

    public ApiStatus? Status { get; }

    /// <summary>How long the server asked to wait before the next request, if it did.</summary>
    public TimeSpan? RetryAfter { get; }

    public bool IsNotFound => Code == 404;

    /// <summary>The object has moved on (409), or another field manager owns a field.</summary>
    public bool IsConflict => Code == 409 && Reason != StatusReasons.AlreadyExists;

    public bool IsAlreadyExists => Code == 409 && Reason == StatusReasons.AlreadyExists;

    /// <summary>The resource version or continue token is too old: list again.</summary>
    public bool IsExpired => Code == 410 || Reason is StatusReasons.Expired or StatusReasons.Gone;

    /// <summary>
    /// Of a watch: the resource version is what the server minds, and only a list gives another one. It is too old, newer than all that the
    /// server knows (as after a restore of etcd), or not one of this server's at all.
    /// </summary>
    internal bool IsOfVersion => IsExpired || Code == 400 || Status?.Details?.Causes?.Any(cause => cause.Reason == VersionTooLarge) == true;

    private static string Describe(string request, int code, ApiStatus? status)
    {
        string said = status?.Message is { Length: > 0 } message ? message : "no reason was given";
        string todo = code switch
        {
            401 => " Check the token or client certificate.",
            403 => " Allow it in the Role or ClusterRole of this account.",
            _ => "",
        };
        string reason = status?.Reason is { Length: > 0 } word ? " " + word : "";
        return $"{request}: the API server answered {code}{reason}: {said.TrimEnd('.')}.{todo}";
    }
}
