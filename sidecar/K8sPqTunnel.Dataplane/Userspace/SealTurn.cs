using K8sPqTunnel.Ike;

namespace K8sPqTunnel.Dataplane.Userspace;

/// <summary>Sequence numbers that one thread may use, and its place among those that send by the same SA.</summary>
/// <param name="Count">Packets; may be fewer than were asked for, and then <paramref name="Refusal"/> says why.</param>
/// <param name="First">The first of the numbers.</param>
/// <param name="Ticket">The place.</param>
/// <param name="Path">Where the packets go.</param>
internal readonly record struct SealTurn(int Count, ulong First, long Ticket, PeerPath Path, EspDrop Refusal);
