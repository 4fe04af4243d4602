using System.Runtime.InteropServices;

namespace K8sPqTunnel.Dataplane.Interop;

/// <summary>struct iovec of readv(2): a piece of memory that stays where it is.</summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly unsafe struct IoVector(byte* start, int length)
{
    public readonly byte* Start = start;
    public readonly nint Length = length;
}
