namespace K8sPqTunnel.Simulation.Tests.Scenarios;

public sealed class OptionsTests
{
    private const int Seeds = 300;

    [Fact]
    public void An_option_less_changes_nothing_that_is_drawn_besides()
    {
        Option missing = Options.All.Single(option => option.Name == "cookies");
        int drawn = 0;
        for (int seed = 1; seed <= Seeds; seed++)
        {
            var whole = Scenario.Draw(seed);
            var less = Scenario.Draw(seed, option => option == missing);
            drawn += whole.Options.Contains(missing) ? 1 : 0;
            Assert.Equal(whole.Options.Where(option => option != missing), less.Options);
            Assert.Equal(whole.Disturbances, less.Disturbances);
            Assert.Equal((whole.Ike, whole.Esp.ToString(), whole.Starters, whole.Storm), (less.Ike, less.Esp.ToString(), less.Starters, less.Storm));
        }

        Assert.InRange(drawn, 1, Seeds);
    }

    [Fact]
    public void Options_have_names_of_their_own() => Assert.Equal(Options.All.Count, Options.All.Select(option => option.Name).Distinct().Count());
}
