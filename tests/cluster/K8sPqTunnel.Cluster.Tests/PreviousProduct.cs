using K8sPqTunnel.Lab;
using K8sPqTunnel.Lab.Images;
using K8sPqTunnel.Lab.Kubernetes.Charts;

namespace K8sPqTunnel.Cluster.Tests;

/// <summary>Chart and images of the version before this one, on the cluster's nodes beside those of this one.</summary>
internal sealed class PreviousProduct
{
    /// <summary>Of its images.</summary>
    public const string Tag = "previous";

    private const string Aside = "aside";
    private readonly Helm _helm;

    private PreviousProduct(Helm helm) => _helm = helm;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    /// <summary>Builds it, and skips the test where that is impossible.</summary>
    public static async Task<PreviousProduct> MakeAsync(ClusterRealm realm)
    {
        var checkout = await PreviousVersion.TryCheckOutAsync(Repository.Find(), Stop);
        Assert.SkipWhen(checkout is null, "this checkout has no history with the version before");
        Helm? helm = realm.HelmOf(checkout);
        Assert.SkipWhen(helm is null, "helm cannot be had here: no npm, or its registry lacks the package");

        IReadOnlyList<BuiltImage> images = await realm.BuildImagesAsync(checkout, Stop);
        // Both versions are built under the same name.
        await TagAsync(realm, images, "", Aside);
        await realm.Cluster.ImportAsync(images.Select(image => image.Archive), Stop);
        await TagAsync(realm, images, "", Tag);
        await TagAsync(realm, images, Aside, "");
        return new PreviousProduct(helm);
    }

    /// <summary>Installs it and waits until its operator is available.</summary>
    public Task InstallAsync() => _helm.InstallAsync(Stop, "--set", $"operator.image.tag={Tag},daemon.image.tag={Tag}");

    private static async Task TagAsync(ClusterRealm realm, IEnumerable<BuiltImage> images, string from, string to)
    {
        foreach (BuiltImage image in images)
            await realm.TagImageAsync(Named(image, from), Named(image, to), Stop);
    }

    private static string Named(BuiltImage image, string tag) => tag.Length == 0 ? image.Name : $"{image.Name[..image.Name.LastIndexOf(':')]}:{tag}";
}
