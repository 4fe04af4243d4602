using K8sPqTunnel.Ike.Wire;

namespace K8sPqTunnel.Ike.Tests.Wire;

public sealed class IkeMessageTests
{
    [Theory]
    // RFC 7296 1.2: SA, KE and nonce have to be in the request, once.
    [InlineData(ExchangeType.IkeSaInit, false, new byte[] { 33, 34, 40 }, MessageFault.None)]
    [InlineData(ExchangeType.IkeSaInit, false, new byte[] { 33, 34 }, MessageFault.MissingPayload)]
    [InlineData(ExchangeType.IkeSaInit, false, new byte[] { 33, 34, 40, 40 }, MessageFault.TooManyPayloads)]
    [InlineData(ExchangeType.IkeSaInit, true, new byte[] { 41 }, MessageFault.None)]
    [InlineData(ExchangeType.IkeSaInit, true, new byte[] { 39 }, MessageFault.MisplacedPayload)]
    // RFC 9242: nothing of IKE_AUTH may come early.
    [InlineData(ExchangeType.IkeIntermediate, true, new byte[] { 34 }, MessageFault.None)]
    [InlineData(ExchangeType.IkeIntermediate, true, new byte[] { 34, 39 }, MessageFault.MisplacedPayload)]
    [InlineData(ExchangeType.IkeIntermediate, true, new byte[] { 34, 33 }, MessageFault.MisplacedPayload)]
    [InlineData(ExchangeType.IkeAuth, true, new byte[] { 36, 39, 33, 44, 45, 41, 41, 43 }, MessageFault.None)]
    [InlineData(ExchangeType.IkeAuth, true, new byte[] { 36, 39, 39 }, MessageFault.TooManyPayloads)]
    [InlineData(ExchangeType.IkeAuth, true, new byte[] { 34 }, MessageFault.MisplacedPayload)]
    [InlineData(ExchangeType.Informational, false, new byte[] { }, MessageFault.None)]
    [InlineData(ExchangeType.Informational, false, new byte[] { 46 }, MessageFault.MisplacedPayload)]
    [InlineData(ExchangeType.Informational, false, new byte[] { 200, 41 }, MessageFault.None)]
    [InlineData((ExchangeType)99, false, new byte[] { 41 }, MessageFault.MisplacedPayload)]
    internal void The_rules_of_an_exchange_decide(ExchangeType exchange, bool response, byte[] types, MessageFault expected) =>
        Assert.Equal(expected, Check(exchange, response, types, exchange == ExchangeType.IkeSaInit ? Inside.Clear : Inside.Encrypted));

    [Fact]
    public void What_has_to_be_encrypted_is_refused_in_the_open() =>
        Assert.Equal(MessageFault.MisplacedPayload, Check(ExchangeType.IkeAuth, true, [36, 39], Inside.Clear));

    [Fact]
    public void Too_many_notifies_are_refused() =>
        Assert.Equal(
            MessageFault.TooManyPayloads,
            Check(ExchangeType.Informational, false, [.. Enumerable.Repeat((byte)41, 33)], Inside.Encrypted));

    private static MessageFault Check(ExchangeType exchange, bool response, byte[] types, Inside inside)
    {
        using PayloadWriter writer = new();
        foreach (byte type in types)
        {
            writer.Begin((PayloadType)type);
            writer.Put([0, 0, 64, 0]);
            writer.End();
        }

        HeaderFlags flags = response ? HeaderFlags.Response : HeaderFlags.None;
        IkeHeader header = new(new IkeSpi(1), new IkeSpi(2), writer.First, exchange, flags, 0, 0);
        return new IkeMessage(header, default, writer.First, writer.Octets, inside).Check(out _);
    }
}
