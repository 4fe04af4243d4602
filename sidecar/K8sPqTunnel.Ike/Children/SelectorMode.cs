namespace K8sPqTunnel.Ike.Children;

/// <summary>How a connection's traffic selectors become child SAs.</summary>
public enum SelectorMode
{
    /// <summary>One child SA for all of them (RFC 7296 2.9). The default.</summary>
    Combined,

    /// <summary>One child SA for each pair of a local and a remote selector, for peers that take one pair per SA only.</summary>
    PerPair,
}
