using System.CommandLine;
using System.Net;
using System.Text.Json;
using K8sPqTunnel.Bench.Floor;
using K8sPqTunnel.Bench.Packets;

namespace K8sPqTunnel.Bench.CommandLine;

/// <summary>
/// <c>send ORDER</c> and <c>receive LOCAL SENDER</c>, the two ends of a load of UDP packets, and <c>move INTERFACE LOCAL REMOTE</c>, the end
/// of a tunnel without a cipher: each in a process of its own.
/// </summary>
internal static class PacketCommands
{
    public static Command CreateSend()
    {
        var order = new Argument<string>("order") { Description = "A packet order as JSON." };
        var command = new Command("send", "Sends UDP packets; started by a benchmark.") { order };
        command.Hidden = true;
        command.SetAction(parsed =>
        {
            using var sender = new PacketSender(JsonSerializer.Deserialize(parsed.GetRequiredValue(order), PacketJson.Default.PacketOrder)!);
            Console.Out.WriteLine(JsonSerializer.Serialize(sender.Run(), PacketJson.Default.PacketOutcome));
        });
        return command;
    }

    public static Command CreateReceive()
    {
        var local = new Argument<string>("local") { Description = "The address to listen on." };
        var sender = new Argument<string>("sender") { Description = "The sender's address." };
        var command = new Command("receive", "Receives UDP packets until it is killed; started by a benchmark.") { local, sender };
        command.Hidden = true;
        command.SetAction(parsed => PacketReceiver.Run(IPAddress.Parse(parsed.GetRequiredValue(local)), IPAddress.Parse(parsed.GetRequiredValue(sender))));
        return command;
    }

    public static Command CreateMove()
    {
        var name = new Argument<string>("interface") { Description = "The TUN interface to make." };
        var local = new Argument<string>("local") { Description = "Our address." };
        var remote = new Argument<string>("remote") { Description = "The other mover's address." };
        var command = new Command("move", "Moves frames between a TUN interface and UDP until it is killed; started by a benchmark.") { name, local, remote };
        command.Hidden = true;
        command.SetAction(parsed => OctetMover.Run(
            parsed.GetRequiredValue(name), IPAddress.Parse(parsed.GetRequiredValue(local)), IPAddress.Parse(parsed.GetRequiredValue(remote))));
        return command;
    }
}
