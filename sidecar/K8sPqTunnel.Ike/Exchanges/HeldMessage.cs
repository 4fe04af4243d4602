using K8sPqTunnel.Ike.Wire;

namespace K8sPqTunnel.Ike.Exchanges;

/// <summary>A decrypted message that waits for something outside.</summary>
internal sealed class HeldMessage
{
    private readonly IkeHeader _header;
    private readonly byte[] _headerOctets;
    private readonly PayloadType _first;
    private readonly byte[] _payloads;

    /// <summary>Copies it.</summary>
    public HeldMessage(in IkeMessage message)
    {
        _header = message.Header;
        _headerOctets = message.HeaderOctets.ToArray();
        _first = message.First;
        _payloads = message.Payloads.ToArray();
    }

    public IkeMessage Message => new(_header, _headerOctets, _first, _payloads, Inside.Encrypted);
}
