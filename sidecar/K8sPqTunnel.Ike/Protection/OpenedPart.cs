using K8sPqTunnel.Ike.Wire;

namespace K8sPqTunnel.Ike.Protection;

/// <summary>What a decrypted datagram holds: a whole message or one fragment.</summary>
/// <param name="First">Type of the first inner payload; none in a fragment after the first.</param>
/// <param name="Content">Where the decrypted octets stand in the datagram.</param>
/// <param name="Fragment">Number from 1; 0 for a message in one piece.</param>
/// <param name="Total">Number of fragments; 0 for a message in one piece.</param>
internal readonly record struct OpenedPart(PayloadType First, Range Content, int Fragment, int Total)
{
    public bool IsFragment => Fragment != 0;
}
