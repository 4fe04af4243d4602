using FsCheck;

namespace K8sPqTunnel.Kubernetes.Tests;

internal static class Properties
{
    /// <summary>Tries the property on random inputs; a failure shows the smallest counterexample and its seed.</summary>
    public static void MustHold(this Property property, int tests = 500) =>
        Check.One(Config.QuickThrowOnFailure.WithQuietOnSuccess(true).WithMaxTest(tests), property);
}
