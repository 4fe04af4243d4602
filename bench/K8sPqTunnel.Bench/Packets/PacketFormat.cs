namespace K8sPqTunnel.Bench.Packets;

/// <summary>The benchmark's UDP packets: flow number 4 | anything. Answers: flow number 4 | packets so far 8 | their octets so far 8.</summary>
internal static class PacketFormat
{
    public const int ReceiverPort = 7000;

    /// <summary>Where the sender takes answers.</summary>
    public const int AnswerPort = 7001;

    public const int FirstSenderPort = 7100;
    public const int FlowLength = 4;
    public const int AnswerLength = 20;

    /// <summary>IPv4 20 and UDP 8.</summary>
    public const int Headers = 28;

    /// <summary>Packets of a flow to an answer.</summary>
    public const int AnswerEvery = 32;

    public const int SocketBuffer = 4 << 20;
}
