namespace K8sPqTunnel.Lab.Capture;

/// <summary>One frame of a capture file.</summary>
/// <param name="Number">Counted from 1, as tcpdump and Wireshark do.</param>
/// <param name="Time">Since the epoch of the capturing machine's clock.</param>
/// <param name="Length">Octets on the wire; <paramref name="Data"/> may hold fewer (snap length).</param>
/// <param name="Data">The frame from its link header on.</param>
public readonly record struct CapturedPacket(int Number, TimeSpan Time, int Length, ReadOnlyMemory<byte> Data);
