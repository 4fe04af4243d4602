using System.Net.Sockets;
using K8sPqTunnel.Ike.Protection;
using K8sPqTunnel.Ike.Sessions;
using K8sPqTunnel.Ike.Wire;

namespace K8sPqTunnel.Ike.Exchanges;

/// <summary>Makes datagrams from payloads: in the open for IKE_SA_INIT, else sealed under the keys in force, cut where too long.</summary>
internal sealed class MessageFactory(IkeSa sa) : IDisposable
{
    private const int Ipv4HeaderLength = 20;
    private const int Ipv6HeaderLength = 40;
    private const int UdpHeaderLength = 8;
    private const int NonEspMarkerLength = 4;

    private readonly PayloadWriter _writer = new();

    /// <summary>An empty payload chain to write the next message's payloads into.</summary>
    public PayloadWriter Begin()
    {
        _writer.Clear();
        return _writer;
    }

    /// <summary>A message of IKE_SA_INIT.</summary>
    public byte[] InTheOpen(uint messageId, bool isResponse)
    {
        byte[] message = [.. new byte[IkeHeader.Length], .. _writer.Octets];
        IkeHeader header = sa.Header(ExchangeType.IkeSaInit, messageId, isResponse);
        (header with { NextPayload = _writer.First, TotalLength = message.Length }).Write(message);
        return message;
    }

    /// <summary>Any other message: one datagram, or its fragments.</summary>
    /// <param name="spent">
    /// The message before, which is needed no more: its memory serves again in INFORMATIONAL, where liveness checks never end. Those of
    /// IKE_SA_INIT are still needed, for AUTH.
    /// </param>
    public byte[][] Seal(ExchangeType exchange, uint messageId, bool isResponse, byte[][]? spent = null)
    {
        byte[][]? reused = exchange == ExchangeType.Informational ? spent : null;
        byte[][] datagrams = MessageSealer.Seal(
            sa.Protection!.Outbound, sa.Header(exchange, messageId, isResponse), _writer.First, _writer.Octets, MaxLength, reused);
        sa.LargestFragmentCount = Math.Max(sa.LargestFragmentCount, datagrams.Length);
        return datagrams;
    }

    public void Dispose() => _writer.Dispose();

    // RFC 7383 2.5.1: an IP packet of the configured size, less the headers around the message.
    private int MaxLength
    {
        get
        {
            if (!sa.Fragmentation)
                return int.MaxValue;
            int ipHeader = sa.Path.Remote.AddressFamily == AddressFamily.InterNetwork ? Ipv4HeaderLength : Ipv6HeaderLength;
            return sa.Config.FragmentIpSize - ipHeader - UdpHeaderLength - (sa.Path.HasNonEspMarker ? NonEspMarkerLength : 0);
        }
    }
}
