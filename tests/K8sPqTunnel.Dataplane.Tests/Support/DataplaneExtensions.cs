namespace K8sPqTunnel.Dataplane.Tests.Support;

/// <summary>How a data plane's process ends.</summary>
internal static class DataplaneExtensions
{
    /// <summary>
    /// Ends it, and returns when the kernel has let go of what the process held. A child that another test is just starting has a copy of
    /// all that is open in this process, until it runs its own program.
    /// </summary>
    /// <param name="space">Where it is.</param>
    /// <param name="tunnel">The tunnel's name.</param>
    public static async Task EndAsync(this IDataplane plane, NetworkNamespace space, string tunnel)
    {
        // An xfrm interface outlives its process; a TUN interface is its process's.
        string? ownInterface = plane.Kind == DataplaneKind.Userspace ? plane.InterfaceName : null;
        await plane.DisposeAsync();
        await Eventually.IsTrue(() => !space.Run(() => GuardedTunnels.IsServed(tunnel)));
        if (ownInterface is not null)
            await Eventually.IsTrue(() => space.TryShell($"ip link show {ownInterface}").Status != 0);
    }
}
