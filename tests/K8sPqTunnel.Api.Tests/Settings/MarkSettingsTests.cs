using K8sPqTunnel.Api.Settings;

namespace K8sPqTunnel.Api.Tests.Settings;

public sealed class MarkSettingsTests
{
    [Theory]
    [InlineData("0x1", "0x2", false)]
    [InlineData("0x1", "0x1", true)]
    [InlineData("0x100/0xff00", "0x200/0xff00", false)]
    [InlineData("0x100/0xff00", "0x142", true)]
    [InlineData("0x100/0xff00", "0x2/0xff", true)]      // 0x102 has both.
    [InlineData("0/0xff", "0x1/0xff", false)]
    [InlineData("0x1/0x1", "0x2/0x2", true)]
    [InlineData("0x1", null, true)]
    [InlineData(null, null, true)]
    public void Two_marks_meet_where_a_packet_can_have_both(string? left, string? right, bool meet)
    {
        Assert.Equal(meet, MarkSettings.Meet(Of(left), Of(right)));
        Assert.Equal(meet, MarkSettings.Meet(Of(right), Of(left)));
    }

    private static MarkSettings? Of(string? text)
    {
        MarkSettings? mark = null;
        Assert.True(text is null || MarkSettings.TryParse(text, out mark));
        return mark;
    }
}
