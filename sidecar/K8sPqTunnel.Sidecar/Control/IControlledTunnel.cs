using K8sPqTunnel.Sidecar.State;

namespace K8sPqTunnel.Sidecar.Control;

/// <summary>What may be asked of a running tunnel.</summary>
public interface IControlledTunnel
{
    /// <summary>The tunnel as it is now.</summary>
    TunnelSnapshot Snapshot();

    /// <summary>Takes the tunnel down and removes everything that was made for it, the block on clear traffic included.</summary>
    /// <exception cref="IOException">The kernel refused to remove something; asking again tries again.</exception>
    Task TearDownAsync(CancellationToken cancellation);
}
