namespace K8sPqTunnel.Bench.Networks;

/// <summary>One end of a <see cref="SitePair"/>.</summary>
/// <param name="Name">What its namespace is called.</param>
/// <param name="Outer">Its IPv4 address on the cable, in a /24.</param>
/// <param name="Inner">An IPv4 address on its loopback interface, which the cable does not lead to; null for none.</param>
internal sealed record SiteEnd(string Name, string Outer, string? Inner = null);
