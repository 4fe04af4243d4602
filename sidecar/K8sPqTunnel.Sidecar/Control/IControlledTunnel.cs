using K8sPqTunnel.Ike.Events;
using K8sPqTunnel.Sidecar.State;

namespace K8sPqTunnel.Sidecar.Control;

/// <summary>What may be asked of a running tunnel.</summary>
public interface IControlledTunnel
{
    /// <summary>NAMESPACE/NAME.</summary>
    string FullName { get; }

    /// <summary>The tunnel as it is now.</summary>
    TunnelSnapshot Snapshot();

    /// <summary>Has fresh keys made now, make-before-break. Nothing happens where no SA is up, or that is under way; what does shows in the status.</summary>
    void Rekey(RekeyKind kind);

    /// <summary>Takes the tunnel down and removes everything that was made for it, the block on clear traffic included.</summary>
    /// <exception cref="IOException">The kernel refused to remove something; asking again tries again.</exception>
    Task TearDownAsync(CancellationToken cancellation);
}
