using System.Net;
using System.Security.Cryptography;
using K8sPqTunnel.Ike;
using K8sPqTunnel.Ike.Children;
using K8sPqTunnel.Ike.Crypto;

namespace K8sPqTunnel.Dataplane.Tests.Support;

/// <summary>One child SA as its two ends hold it: what the left seals, the right opens, and the other way round.</summary>
internal sealed record SaPair(ChildSa Left, ChildSa Right)
{
    public static readonly EspTransform AesGcm256 = new(EncryptionId.AesGcm16, 256, IntegrityId.None, false);
    public static readonly IPNetwork LeftNetwork = IPNetwork.Parse("10.1.0.0/16");
    public static readonly IPNetwork RightNetwork = IPNetwork.Parse("10.2.0.0/16");
    private static readonly IPEndPoint LeftEnd = new(IPAddress.Parse("192.0.2.1"), 4500);
    private static readonly IPEndPoint RightEnd = new(IPAddress.Parse("192.0.2.2"), 4500);

    public static SaPair Create(
        EspTransform? transform = null,
        int window = 64,
        IReadOnlyList<TrafficSelector>? left = null,
        IReadOnlyList<TrafficSelector>? right = null,
        PeerPath? path = null,
        uint spi = 0x1000,
        SaLimits? limits = null,
        bool udpEncapsulation = true)
    {
        EspTransform algorithms = transform ?? AesGcm256;
        byte[] toRight = RandomNumberGenerator.GetBytes(KeyLength(algorithms));
        byte[] toLeft = RandomNumberGenerator.GetBytes(KeyLength(algorithms));
        byte[] integrity = RandomNumberGenerator.GetBytes(Integrity.KeyLengthOf(algorithms.Integrity));
        ChildSaKeys Keys(byte[] encryption) =>
            new(new Secret(encryption), algorithms.Integrity == IntegrityId.None ? null : new Secret(integrity));
        IReadOnlyList<TrafficSelector> leftSelectors = left ?? [TrafficSelector.Of(LeftNetwork)];
        IReadOnlyList<TrafficSelector> rightSelectors = right ?? [TrafficSelector.Of(RightNetwork)];
        PeerPath leftPath = path ?? new PeerPath(LeftEnd, RightEnd);
        ChildSa End(uint inbound, uint outbound, byte[] inKey, byte[] outKey, PeerPath own, IReadOnlyList<TrafficSelector> local,
            IReadOnlyList<TrafficSelector> remote) => new()
            {
                InboundSpi = new EspSpi(inbound),
                OutboundSpi = new EspSpi(outbound),
                Transform = algorithms,
                InboundKeys = Keys(inKey),
                OutboundKeys = Keys(outKey),
                Path = own,
                UdpEncapsulation = udpEncapsulation,
                LocalSelectors = local,
                RemoteSelectors = remote,
                ReplayWindow = window,
                Limits = limits ?? SaLimits.None,
            };
        return new SaPair(
            End(spi, spi + 1, toLeft, toRight, leftPath, leftSelectors, rightSelectors),
            End(spi + 1, spi, toRight, toLeft, new PeerPath(leftPath.Remote, leftPath.Local), rightSelectors, leftSelectors));
    }

    private static int KeyLength(EspTransform transform)
    {
        Assert.True(EncryptionParameters.TryFind(transform.Encryption, transform.EncryptionKeyBits, out EncryptionParameters? parameters));
        return parameters.KeyMaterialLength;
    }
}
