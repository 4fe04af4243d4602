using K8sPqTunnel.Ike.Wire;

namespace K8sPqTunnel.Ike.Protection;

/// <summary>Where things stand in a protected message (RFC 7296 3.14, RFC 7383 2.5). Octets.</summary>
internal static class SealedLayout
{
    /// <summary>IKE header and generic header of an SK payload that is the only one in the open.</summary>
    public const int HeadersLength = IkeHeader.Length + GenericHeader.Length;

    /// <summary>Fragment number and total of an SKF payload.</summary>
    public const int FragmentNumbersLength = 4;

    public const int FragmentHeadersLength = HeadersLength + FragmentNumbersLength;
}
