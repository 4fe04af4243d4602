using K8sPqTunnel.Ike.Wire;

namespace K8sPqTunnel.Ike.Tests.Conformance.Meddling;

/// <summary>One payload of a <see cref="Letter"/>.</summary>
internal sealed class Part(PayloadType type, byte[] body)
{
    public PayloadType Type { get; set; } = type;

    /// <summary>The second octet of its header: the critical bit and seven reserved ones (RFC 7296 3.2).</summary>
    public byte Flags { get; set; }

    public byte[] Body { get; set; } = body;

    /// <summary>What its length field says too much.</summary>
    public int LengthError { get; set; }

    public NotifyType? Notify => Type == PayloadType.Notify && NotifyPayload.TryRead(Body, out NotifyPayload notify) ? notify.Type : null;

    /// <summary>The data of a Notify, behind its SPI.</summary>
    public byte[] NotifyData => NotifyPayload.TryRead(Body, out NotifyPayload notify) ? notify.Data.ToArray() : [];

    public override string ToString() => Notify is { } type ? $"N({type})" : $"{Type}";
}
