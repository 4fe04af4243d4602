using K8sPqTunnel.Dataplane.Interop;

namespace K8sPqTunnel.Dataplane.Netlink;

/// <summary>The kernel refused a netlink request.</summary>
public sealed class NetlinkException : IOException
{
    /// <param name="what">What was being done, for example <c>add route 10.20.0.0/16</c>.</param>
    /// <param name="errorNumber">errno, positive.</param>
    /// <param name="explanation">The kernel's own words (extended acknowledgement), where it has some.</param>
    public NetlinkException(string what, int errorNumber, string? explanation = null)
        : base(Describe(what, errorNumber, explanation)) => ErrorNumber = errorNumber;

    /// <param name="sentence">What is missing, and what helps.</param>
    internal NetlinkException(string sentence, NetlinkException refusal)
        : base(sentence, refusal) => ErrorNumber = refusal.ErrorNumber;

    /// <summary>errno, positive.</summary>
    public int ErrorNumber { get; }

    private static string Describe(string what, int errorNumber, string? explanation)
    {
        string detail = string.IsNullOrEmpty(explanation) ? "" : $" ({explanation})";
        string advice = errorNumber is Errno.NotPermitted or Errno.AccessDenied
            ? ": the process needs the capability NET_ADMIN in its network namespace"
            : "";
        return $"the kernel refused to {what}: {Errno.Describe(errorNumber)}{detail}{advice}";
    }
}
