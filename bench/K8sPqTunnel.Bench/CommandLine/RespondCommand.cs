using System.CommandLine;
using System.Text.Json;
using K8sPqTunnel.Bench.Load;
using K8sPqTunnel.Bench.Respond;

namespace K8sPqTunnel.Bench.CommandLine;

/// <summary><c>respond ORDER</c>: our responder, in a process of its own; says "listening" when it does, and runs until it is killed.</summary>
internal static class RespondCommand
{
    public static Command Create()
    {
        var order = new Argument<string>("order") { Description = "A respond order as JSON." };
        var command = new Command("respond", "Answers IKE initiators; started by a benchmark.") { order };
        command.Hidden = true;
        command.SetAction(parsed =>
        {
            RespondOrder read = JsonSerializer.Deserialize(parsed.GetRequiredValue(order), LoadJson.Default.RespondOrder)!;
            using var host = new ResponderHost(read);
            Console.Out.WriteLine("listening");
            host.Run();
        });
        return command;
    }
}
