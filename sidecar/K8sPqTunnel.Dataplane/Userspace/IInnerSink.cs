using K8sPqTunnel.Dataplane.Interop;

namespace K8sPqTunnel.Dataplane.Userspace;

/// <summary>Takes the inner packets that came out of the tunnel.</summary>
internal interface IInnerSink
{
    /// <summary>Takes one frame; false when it could not be delivered.</summary>
    /// <param name="queue">All packets of a flow come by the same.</param>
    /// <param name="frame">A <see cref="Tun.VirtioNetHeader"/>, then the pieces of an IP packet, its headers in the first; valid only during the call.</param>
    bool TryDeliver(int queue, ReadOnlySpan<IoVector> frame);
}
