using System.Globalization;
using K8sPqTunnel.Kubernetes.Meta;

namespace K8sPqTunnel.Kubernetes.Informers;

/// <summary>Compares resource versions of one object where that is allowed: the API server's own are numbers that grow (KEP-5504).</summary>
internal static class ResourceVersions
{
    /// <returns>True if <paramref name="next"/> is an earlier state of the same object; false where that can't be told.</returns>
    public static bool IsOlder(ObjectMeta next, ObjectMeta known) =>
        next.Uid == known.Uid && Number(next.ResourceVersion) is { } a && Number(known.ResourceVersion) is { } b && a < b;

    private static ulong? Number(string? version) =>
        ulong.TryParse(version, NumberStyles.None, CultureInfo.InvariantCulture, out ulong number) ? number : null;
}
