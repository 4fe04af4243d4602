namespace K8sPqTunnel.Ike.Events;

/// <summary>A request was sent again because its answer is missing.</summary>
/// <param name="Exchange">For example IkeSaInit.</param>
/// <param name="Repeats">How often this request has been repeated.</param>
public sealed record RequestRepeated(string Connection, IkeSpi InitiatorSpi, string Exchange, int Repeats) : IkeEvent(Connection);
