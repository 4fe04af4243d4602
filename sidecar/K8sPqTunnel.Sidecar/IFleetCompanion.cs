namespace K8sPqTunnel.Sidecar;

/// <summary>Works beside a <see cref="Fleet"/>: hears of its tunnels, and has them added, changed and taken down.</summary>
internal interface IFleetCompanion
{
    /// <summary>Runs from the start of the fleet to its end.</summary>
    Task RunAsync(Fleet fleet, CancellationToken ending);

    /// <summary>Something of a tunnel has changed. Quick and not blocking.</summary>
    /// <param name="fullName">NAMESPACE/NAME.</param>
    void Note(string fullName);

    /// <summary>Completes when a fleet that was told to stop has nothing left to wait for.</summary>
    Task LastWishAsync();
}
