using System.Net;
using K8sPqTunnel.Ike.Children;
using K8sPqTunnel.Ike.Crypto;
using K8sPqTunnel.Ike.Negotiation;
using K8sPqTunnel.Ike.Tests.Simulation;
using K8sPqTunnel.Ike.Wire;

namespace K8sPqTunnel.Ike.Tests.Conformance.Meddling;

/// <summary>What an end could write into a CREATE_CHILD_SA request.</summary>
internal static class ChildRequest
{
    public static readonly byte[] Spi = [0x77, 0x01, 0x02, 0x03];

    /// <summary>The SPI of an IKE SA that is to come.</summary>
    public static readonly byte[] IkeSpi = [0x77, 1, 2, 3, 4, 5, 6, 7];

    /// <summary>Another child, for the traffic of the first, as the end that answers is configured.</summary>
    public static Action<PayloadWriter> Of(Host answering) => writer =>
    {
        SaPayload.Write(writer, ProtocolId.Esp, Spi, [answering.Configs[0].EspProposals[0].Transforms]);
        NoncePayload.Write(writer, new byte[32]);
        TrafficSelectorPayload.Write(writer, PayloadType.TrafficSelectorInitiator, answering.Configs[0].RemoteSelectors);
        TrafficSelectorPayload.Write(writer, PayloadType.TrafficSelectorResponder, answering.Configs[0].LocalSelectors);
    };

    /// <summary>The successor of the child that the end that asks receives by <paramref name="old"/>.</summary>
    public static Action<PayloadWriter> Rekeying(Host answering, EspSpi old) => writer =>
    {
        NotifyPayload.Write(writer, NotifyType.RekeySa, protocol: ProtocolId.Esp, spi: Octets(old));
        Of(answering)(writer);
    };

    /// <summary>The successor of the IKE SA, without additional key exchanges.</summary>
    public static Action<PayloadWriter> RekeyingIke(IReadOnlyList<Transform> transforms, KeyExchangeMethod method) => writer =>
    {
        SaPayload.Write(writer, ProtocolId.Ike, IkeSpi, [transforms]);
        NoncePayload.Write(writer, new byte[32]);
        using KeyExchange key = new SystemKeyExchangeSource().Start(method);
        KeyExchangePayload.Write(writer, method, key.Data);
    };

    public static byte[] Octets(EspSpi spi) => [(byte)(spi.Value >> 24), (byte)(spi.Value >> 16), (byte)(spi.Value >> 8), (byte)spi.Value];

    /// <summary>All IPv4 addresses of a network in prefix notation.</summary>
    public static TrafficSelector Network(string network) => TrafficSelector.Of(IPNetwork.Parse(network));

    /// <summary>The selectors of a TS payload.</summary>
    public static List<TrafficSelector> Selectors(Letter letter, PayloadType type)
    {
        Assert.True(TrafficSelectorPayload.TryRead(letter[type].Body, out List<TrafficSelector> selectors));
        return selectors;
    }
}
