using System.Buffers;
using System.Runtime.CompilerServices;

namespace K8sPqTunnel.Dataplane.Interop;

/// <summary>Holds the memory of a batch in its place; each must be disposed.</summary>
[InlineArray(Capacity)]
internal struct PinnedPayloads
{
    public const int Capacity = 32;

    private MemoryHandle _first;
}
