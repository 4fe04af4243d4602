using K8sPqTunnel.Dataplane.Tests.Support;
using K8sPqTunnel.Dataplane.Xfrm;

namespace K8sPqTunnel.Kernel.Tests;

/// <summary>Skips the tests where they were started on a kernel without ESP, as outside of the guest.</summary>
internal static class KernelWithEsp
{
    public static void Require()
    {
        using NetworkNamespace space = NetworkNamespace.Create();
        if (space.Run(() => XfrmProbe.WhyNot([SaPair.AesGcm256])) is { } reason)
            Assert.Skip(reason);
    }
}
