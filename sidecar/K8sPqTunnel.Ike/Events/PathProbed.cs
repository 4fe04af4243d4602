namespace K8sPqTunnel.Ike.Events;

/// <summary>The peer has answered a message that was sent to find out what the path carries.</summary>
/// <param name="Wanted">The IP packet's size that was asked for, in octets.</param>
/// <param name="Sent">The size that it had: as large as the IKE SA's cipher could make it within that.</param>
/// <param name="Passed">The packet has arrived as it was; otherwise only in fragments.</param>
public sealed record PathProbed(string Connection, int Wanted, int Sent, bool Passed) : IkeEvent(Connection);
