namespace K8sPqTunnel.Lab.Networks;

/// <summary>Whom a router between the two gateways hides behind its own address (masquerading).</summary>
public enum NatPlace
{
    /// <summary>There is no router: the two are joined by a cable.</summary>
    None,

    /// <summary>Our gateway: only it can begin.</summary>
    Gateway,

    /// <summary>The remote site: only it can begin.</summary>
    Remote,
}
