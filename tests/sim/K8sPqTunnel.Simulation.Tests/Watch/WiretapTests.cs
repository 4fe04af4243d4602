using System.Buffers.Binary;

namespace K8sPqTunnel.Simulation.Tests.Watch;

public sealed class WiretapTests
{
    private const byte IkeSaInit = 34;
    private const byte IkeAuth = 35;
    private const byte Identity = 35;
    private const byte Nonce = 40;
    private const byte Encrypted = 46;

    private readonly Evidence _evidence = new();

    [Fact]
    public void What_only_the_ends_can_read_is_fine()
    {
        Assert.Null(Hear(Message(IkeAuth, Encrypted, "sealed octets"u8)));
        Assert.Null(Hear(Message(IkeSaInit, Nonce, "chance"u8)));
        Assert.Equal([IkeSaInit, IkeAuth], _evidence.Exchanges.Order());
    }

    [Fact]
    public void Whatever_belongs_under_protection_is_a_leak_in_the_open()
    {
        Assert.Contains("payload 35 is in the open", Hear(Message(IkeSaInit, Identity, "left"u8)), StringComparison.Ordinal);
        Assert.Contains("has payload 40 in the open", Hear(Message(IkeAuth, Nonce, "chance"u8)), StringComparison.Ordinal);
    }

    [Fact]
    public void Nothing_stands_behind_the_encrypted_payload()
    {
        byte[] longer = [.. Message(IkeAuth, Encrypted, "sealed octets"u8), 1, 2, 3];
        BinaryPrimitives.WriteInt32BigEndian(longer.AsSpan(24), longer.Length);
        Assert.Contains("outside its encrypted payload", Hear(longer), StringComparison.Ordinal);
    }

    [Fact]
    public void Secrets_are_found_wherever_they_stand()
    {
        Assert.Contains("which is a secret", Hear(Message(IkeSaInit, Nonce, "the word is open sesame!"u8)), StringComparison.Ordinal);
        Assert.Contains("a key of a child SA", Hear(Message(IkeAuth, Encrypted, "....0123456789abcdef...."u8)), StringComparison.Ordinal);
    }

    private string? Hear(byte[] message)
    {
        Wiretap tap = new(_evidence);
        tap.Keep("open sesame"u8);
        tap.KeepKey("0123456789abcdef and salt"u8.ToArray());
        return tap.Hear(message);
    }

    /// <summary>With one payload.</summary>
    private static byte[] Message(byte exchange, byte type, ReadOnlySpan<byte> body)
    {
        byte[] message = [.. new byte[32], .. body];
        message[16] = type;
        message[18] = exchange;
        BinaryPrimitives.WriteInt32BigEndian(message.AsSpan(24), message.Length);
        BinaryPrimitives.WriteUInt16BigEndian(message.AsSpan(30), (ushort)(message.Length - 28));
        return message;
    }
}
