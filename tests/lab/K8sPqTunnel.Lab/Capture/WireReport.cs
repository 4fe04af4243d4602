using System.Net;

namespace K8sPqTunnel.Lab.Capture;

/// <summary>What a capture between two gateways holds.</summary>
public sealed class WireReport
{
    private const int ClearKept = 20;
    private const int EthernetHeader = 14;
    private readonly Dictionary<PacketClass, int> _counts = [];
    private readonly List<ClearPacket> _clear = [];

    /// <summary>The first clear packets, at most twenty; <see cref="this"/> has their full number.</summary>
    public IReadOnlyList<ClearPacket> Clear => _clear;

    /// <summary>Packets that the kernel could not hand to the capture in time: what they were is unknown.</summary>
    public int Missed { get; init; }

    /// <summary>Octets of the largest IP packet that carried IKE, IKE_SA_INIT apart: that one is never fragmented (RFC 7383 2.1).</summary>
    public int LargestIke { get; private set; }

    public int Ike => this[PacketClass.Ike];

    /// <summary>ESP packets, bare or in UDP.</summary>
    public int Esp => this[PacketClass.Esp] + this[PacketClass.EspInUdp];

    /// <summary>Every packet was seen and none was clear.</summary>
    public bool NothingLeaked => this[PacketClass.Clear] == 0 && Missed == 0;

    public int this[PacketClass kind] => _counts.GetValueOrDefault(kind);

    /// <summary>Reads a capture file to its end.</summary>
    /// <exception cref="InvalidDataException">It is not a capture of Ethernet frames.</exception>
    public static WireReport Read(Stream file, IReadOnlyCollection<IPAddress> gateways, int missed = 0)
    {
        var report = new WireReport { Missed = missed };
        var classifier = new PacketClassifier(gateways);
        foreach (CapturedPacket packet in PcapReader.Read(file))
        {
            PacketClass kind = classifier.Classify(packet.Data.Span);
            report._counts[kind] = report[kind] + 1;
            if (kind == PacketClass.Ike && !PacketClassifier.IsInit(packet.Data.Span))
                report.LargestIke = Math.Max(report.LargestIke, packet.Length - EthernetHeader);
            if (kind == PacketClass.Clear && report._clear.Count < ClearKept)
                report._clear.Add(ClearPacket.Describe(packet));
        }

        return report;
    }

    public override string ToString()
    {
        string text = $"{Ike} IKE, {Esp} ESP, {this[PacketClass.NatKeepalive]} keepalive, {this[PacketClass.Link]} ARP and ND, {this[PacketClass.Clear]} clear";
        return Missed == 0 ? text : $"{text}, {Missed} not captured";
    }
}
