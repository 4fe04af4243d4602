using System.Globalization;
using System.Reflection;
using System.Text.Json;
using K8sPqTunnel.Ike.Children;
using K8sPqTunnel.Ike.Testing;
using K8sPqTunnel.Ike.Wire;

namespace K8sPqTunnel.Ike.Tests;

public sealed class IkeLimitsTests
{
    [Fact]
    public void Every_limit_stands_in_the_reference_with_its_value()
    {
        IEnumerable<string> rows = typeof(IkeLimits).GetFields(BindingFlags.Public | BindingFlags.Static)
            .Select(field => $"| `{field.Name}` | {Convert.ToString(field.GetRawConstantValue(), CultureInfo.InvariantCulture)} |")
            .Concat(typeof(EndpointLimits).GetProperties(BindingFlags.Public | BindingFlags.Instance)
                .Select(limit => $"| `{FieldOf(limit.Name)}` | {Text(limit.GetValue(EndpointLimits.Default))} |"));

        string[] reference = [.. File.ReadLines(Repository.PathOf("docs/limits.md")).Where(line => line.StartsWith("| `", StringComparison.Ordinal))];

        Assert.All(rows, row => Assert.Contains(reference, line => line.StartsWith(row, StringComparison.Ordinal)));
        Assert.Equal(rows.Count(), reference.Length);
    }

    [Theory]
    [InlineData(PayloadType.Notify, IkeLimits.Notifies)]
    [InlineData(PayloadType.VendorId, IkeLimits.VendorIds)]
    [InlineData(PayloadType.Delete, IkeLimits.Deletes)]
    [InlineData((PayloadType)200, IkeLimits.Payloads)]
    internal void A_message_may_hold_as_many_payloads_as_the_limit_says_and_no_more(PayloadType type, int limit)
    {
        Assert.Equal(MessageFault.None, CheckOf(type, limit));
        Assert.Equal(MessageFault.TooManyPayloads, CheckOf(type, limit + 1));
    }

    [Fact]
    public void A_payload_may_hold_as_many_traffic_selectors_as_the_limit_says_and_no_more()
    {
        Assert.True(TrafficSelectorPayload.TryRead(Selectors(IkeLimits.TrafficSelectors), out List<TrafficSelector> read));
        Assert.Equal(IkeLimits.TrafficSelectors, read.Count);
        Assert.False(TrafficSelectorPayload.TryRead(Selectors(IkeLimits.TrafficSelectors + 1), out _));
    }

    [Fact]
    public void A_payload_may_hold_as_many_proposals_as_the_limit_says_and_no_more()
    {
        Assert.Equal((IkeLimits.Proposals, ParseError.None), ReadProposals(IkeLimits.Proposals));
        Assert.Equal((IkeLimits.Proposals, ParseError.TooMany), ReadProposals(IkeLimits.Proposals + 1));
    }

    [Fact]
    public void A_payload_may_delete_as_many_SPIs_as_the_limit_says_and_no_more()
    {
        Assert.True(DeletePayload.TryRead(Deletes(IkeLimits.DeletedSpis), out DeletePayload read));
        Assert.Equal(IkeLimits.DeletedSpis, read.Count);
        Assert.False(DeletePayload.TryRead(Deletes(IkeLimits.DeletedSpis + 1), out _));
    }

    // In spec.limits.
    private static string FieldOf(string name) => JsonNamingPolicy.CamelCase.ConvertName(name.Replace("Max", "", StringComparison.Ordinal));

    private static string? Text(object? value) =>
        value is TimeSpan time ? $"{time.TotalSeconds} s" : Convert.ToString(value, CultureInfo.InvariantCulture);

    private static MessageFault CheckOf(PayloadType type, int count)
    {
        using PayloadWriter writer = new();
        for (int i = 0; i < count; i++)
        {
            writer.Begin(type);
            writer.Put([1, 0, 0, 0]);                                // The shortest that is a Notify, or a Delete.
            writer.End();
        }

        var header = new IkeHeader(default, default, PayloadType.Encrypted, ExchangeType.Informational, HeaderFlags.None, 0, 0);
        return new IkeMessage(header, default, writer.First, writer.Octets, Inside.Encrypted).Check(out _);
    }

    private static byte[] Selectors(int count)
    {
        byte[] any = [7, 0, 0, 16, 0, 0, 255, 255, 0, 0, 0, 0, 255, 255, 255, 255];
        return [(byte)count, 0, 0, 0, .. Enumerable.Repeat(any, count).SelectMany(octets => octets)];
    }

    private static (int Read, ParseError Error) ReadProposals(int count)
    {
        byte[] body = [.. Enumerable.Range(1, count).SelectMany(i => (byte[])[(byte)(i < count ? 2 : 0), 0, 0, 8, (byte)i, 1, 0, 0])];
        ProposalReader reader = new(body);
        int read = 0;
        while (reader.TryRead(out _))
            read++;
        return (read, reader.Error);
    }

    private static byte[] Deletes(int count) => [3, 4, (byte)(count >> 8), (byte)count, .. new byte[4 * count]];
}
