using System.Runtime.InteropServices;

namespace K8sPqTunnel.Dataplane.Tests.Support;

/// <summary>Takes capabilities from the calling thread alone (capset(2)), which must not be used for anything else afterwards.</summary>
internal static partial class ThreadCapabilities
{
    private const uint Version3 = 0x20080522;
    private const int NetRaw = 13;

    public static void DropNetRaw()
    {
        ulong header = Version3;                            // And the thread's own number, 0.
        Span<uint> sets = stackalloc uint[6];               // Effective, permitted and inheritable, the lower 32 of each first.
        Assert.Equal(0, Get(ref header, sets));
        sets[0] &= ~(1u << NetRaw);
        Assert.Equal(0, Set(ref header, sets));
    }

    [LibraryImport("libc", EntryPoint = "capget", SetLastError = true)]
    private static partial int Get(ref ulong header, Span<uint> sets);

    [LibraryImport("libc", EntryPoint = "capset", SetLastError = true)]
    private static partial int Set(ref ulong header, Span<uint> sets);
}
