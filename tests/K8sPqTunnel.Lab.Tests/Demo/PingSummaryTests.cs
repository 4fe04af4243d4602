using K8sPqTunnel.Lab.Demo;

namespace K8sPqTunnel.Lab.Tests.Demo;

public sealed class PingSummaryTests
{
    [Fact]
    public void Answers_and_their_average_time_are_read()
    {
        const string output = """
            PING 10.20.0.1 (10.20.0.1) 56(84) bytes of data.

            --- 10.20.0.1 ping statistics ---
            20 packets transmitted, 19 received, 5% packet loss, time 970ms
            rtt min/avg/max/mdev = 0.411/0.532/0.702/0.061 ms
            """;

        Assert.Equal(new PingSummary(20, 19, 0.532), PingSummary.Parse(output));
    }

    [Fact]
    public void The_words_of_busyboxs_ping_are_read_too() => Assert.Equal(new PingSummary(4, 3, 1.25), PingSummary.Parse("""
        4 packets transmitted, 3 packets received, 25% packet loss
        round-trip min/avg/max = 0.9/1.25/1.7 ms
        """));

    [Fact]
    public void Without_an_answer_there_is_no_time() =>
        Assert.Equal(new PingSummary(3, 0, 0), PingSummary.Parse("3 packets transmitted, 0 received, 100% packet loss, time 100ms\n"));

    [Fact]
    public void Anything_else_is_not_taken_for_a_success() =>
        Assert.Throws<LabException>(() => PingSummary.Parse("ping: connect: Network is unreachable\n"));
}
