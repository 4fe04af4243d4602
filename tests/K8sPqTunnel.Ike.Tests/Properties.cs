using FsCheck;

namespace K8sPqTunnel.Ike.Tests;

internal static class Properties
{
    /// <summary>Tries the property on random inputs; a failure shows the smallest counterexample and its seed.</summary>
    public static void MustHold(this Property property, int tries = 200) =>
        Check.One(Config.QuickThrowOnFailure.WithQuietOnSuccess(true).WithMaxTest(tries), property);
}
