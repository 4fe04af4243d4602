using K8sPqTunnel.Dataplane.Sizing;

namespace K8sPqTunnel.Dataplane.Tests.Sizing;

public sealed class PathSearchTests
{
    private const int Most = 1500;
    private const int Least = 576;

    private TimeSpan _now = TimeSpan.FromHours(1);

    [Fact]
    public void A_path_that_carries_everything_needs_one_probe()
    {
        var search = new PathSearch(Least, Most);
        Assert.Equal(Most, search.Usable);
        Assert.Equal([(Most, true)], Run(search, carries: Most));
        Assert.Equal((Most, true), (search.Usable, search.IsComplete));
    }

    [Fact]
    public void Whatever_a_path_carries_is_found_to_within_some_octets_and_never_too_large()
    {
        foreach (int most in new[] { 1500, 4000, 9000 })
        {
            for (int carries = Least; carries <= most; carries++)
            {
                var search = new PathSearch(Least, most);
                int probes = Run(search, carries).Count;
                Assert.True(search.IsComplete);
                Assert.InRange(search.Usable, carries - 8, carries);
                Assert.InRange(probes, 1, 30);
            }
        }
    }

    [Theory]
    [InlineData(1492)]
    [InlineData(1480)]
    [InlineData(1420)]
    [InlineData(1400)]
    [InlineData(1280)]
    public void What_is_common_is_found_exactly_or_nearly(int carries)
    {
        var search = new PathSearch(Least, Most);
        Assert.InRange(Run(search, carries).Count(probe => !probe.Passed), 1, 12);
        Assert.InRange(search.Usable, carries - 8, carries);
    }

    [Fact]
    public void A_cipher_of_blocks_proves_what_it_sends_and_no_more()
    {
        for (int carries = Least; carries <= Most; carries++)
        {
            var search = new PathSearch(Least, Most);
            Run(search, carries, granularity: 16);
            Assert.InRange(search.Usable, carries - 8 - 16, carries);
        }
    }

    [Fact]
    public void One_lost_probe_is_chance_and_two_are_not()
    {
        var search = new PathSearch(Least, Most);
        Answer(search, passed: false);
        Assert.Equal((Most, Most), (search.Usable, search.Next(_now)));
        Answer(search, passed: false);
        Assert.Equal((PathSearch.Base, PathSearch.Base), (search.Usable, search.Next(_now)));
    }

    [Fact]
    public void A_path_that_turns_into_a_black_hole_is_found_within_a_minute_and_three_probes()
    {
        var search = new PathSearch(Least, Most);
        Run(search, carries: 1492);
        Assert.Null(search.Next(_now));
        _now += PathSearch.ConfirmAfter;
        Assert.Equal(1492, search.Next(_now));
        Answer(search, passed: false);
        Answer(search, passed: false);
        Assert.Equal(1492, search.Usable);
        Answer(search, passed: false);
        Assert.Equal(PathSearch.Base, search.Usable);
        Run(search, carries: 1400);
        Assert.Equal(1400, search.Usable);
    }

    [Fact]
    public void What_still_passes_goes_on_being_used()
    {
        var search = new PathSearch(Least, Most);
        Run(search, carries: 1400);
        for (int minute = 0; minute < 9; minute++)
        {
            _now += PathSearch.ConfirmAfter;
            Assert.Equal(1400, search.Next(_now));
            Answer(search, passed: true);
            Assert.Equal((1400, true), (search.Usable, search.IsComplete));
        }
    }

    [Fact]
    public void After_ten_minutes_more_is_asked_for_while_what_passes_stays_in_use()
    {
        var search = new PathSearch(Least, Most);
        Run(search, carries: 1400);
        Assert.Equal(TimeSpan.FromMinutes(10), search.RaiseAfter);
        _now += search.RaiseAfter;
        Assert.Equal(Most, search.Next(_now));
        Answer(search, passed: false);
        Answer(search, passed: false);
        Assert.Equal(1400, search.Usable);
        Run(search, carries: 1480);
        Assert.Equal(1480, search.Usable);
    }

    [Fact]
    public void The_interval_that_is_set_counts_for_making_sure_and_ten_times_for_more()
    {
        var interval = TimeSpan.FromSeconds(5);
        var search = new PathSearch(Least, Most, interval);
        Run(search, carries: 1400);
        for (int i = 1; i < 10; i++)
        {
            Assert.Null(search.Next(_now + (interval / 2)));
            _now += interval;
            Assert.Equal(1400, search.Next(_now));
            Answer(search, passed: true);
        }

        _now += interval;
        Assert.Equal(Most, search.Next(_now));
    }

    [Fact]
    public void Another_way_is_searched_anew()
    {
        var search = new PathSearch(Least, Most);
        Run(search, carries: 1400);
        search.Begin(1300);
        Assert.Equal((1300, 1300), (search.Usable, search.Next(_now)));
    }

    [Fact]
    public void An_answer_to_something_else_changes_nothing()
    {
        var search = new PathSearch(Least, Most);
        search.Take(_now, wanted: 1400, sent: 1400, passed: true);
        Assert.Equal((Most, Most), (search.Usable, search.Next(_now)));
    }

    private List<(int Size, bool Passed)> Run(PathSearch search, int carries, int granularity = 1)
    {
        List<(int, bool)> probes = [];
        while (search.Next(_now) is { } wanted)
        {
            int sent = wanted - wanted % granularity;
            Assert.True(probes.Count < 100, "the search does not end");
            probes.Add((wanted, sent <= carries));
            search.Take(_now, wanted, sent, sent <= carries);
        }

        return probes;
    }

    private void Answer(PathSearch search, bool passed)
    {
        int wanted = search.Next(_now)!.Value;
        search.Take(_now, wanted, wanted, passed);
    }
}
