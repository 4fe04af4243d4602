using System.CommandLine;
using System.Text.Json;
using K8sPqTunnel.Bench.Load;

namespace K8sPqTunnel.Bench.CommandLine;

/// <summary><c>load ORDER</c>: the load generator, in a process of its own; prints a <see cref="LoadOutcome"/>.</summary>
internal static class LoadCommand
{
    public static Command Create()
    {
        var order = new Argument<string>("order") { Description = "A load order as JSON." };
        var command = new Command("load", "Sets up IKE SAs as an initiator; started by a benchmark.") { order };
        command.Hidden = true;
        command.SetAction(parsed =>
        {
            LoadOrder read = JsonSerializer.Deserialize(parsed.GetRequiredValue(order), LoadJson.Default.LoadOrder)!;
            using var generator = new LoadGenerator(read);
            Console.Out.WriteLine(JsonSerializer.Serialize(generator.Run(), LoadJson.Default.LoadOutcome));
        });
        return command;
    }
}
