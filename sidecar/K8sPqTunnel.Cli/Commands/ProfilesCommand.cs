using System.CommandLine;
using K8sPqTunnel.Api.Resources;
using K8sPqTunnel.Api.Settings;
using K8sPqTunnel.Cli.Output;

namespace K8sPqTunnel.Cli.Commands;

/// <summary>`pqtunnel profiles`: what each kind of peer is assumed to want.</summary>
internal static class ProfilesCommand
{
    private const string Yaml = "yaml";
    private const string Table = "table";

    public static Command Create() => new("profiles", "Shows the peers' profiles: what spec.peer.profile fills in where a tunnel says nothing.")
    {
        CreateList(),
        CreateShow(),
    };

    private static Command CreateList()
    {
        var command = new Command("list", "Lists the profiles.");
        command.SetAction(parsed =>
        {
            ProfilePages.WriteList(parsed.InvocationConfiguration.Output);
            return ExitCode.Success;
        });
        return command;
    }

    private static Command CreateShow()
    {
        var name = new Argument<string>("NAME") { Description = "The profile, for example Cloudflare; upper and lower case are the same." };
        Option<string> output = new Option<string>("--output", "-o")
        {
            Description = "table: for people. yaml: the fields of an IpsecTunnel that say the same.",
            DefaultValueFactory = _ => Table,
        }.AcceptOnlyFromAmong(Table, Yaml);
        var policy = new Option<KeyExchangePolicy>("--post-quantum")
        {
            Description = "The value of spec.postQuantum.keyExchange, on which the proposals depend.",
            DefaultValueFactory = _ => KeyExchangePolicy.Required,
        };
        var command = new Command("show", "Shows what a profile fills in, and what has to be known about the peer.") { name, output, policy };
        command.SetAction(parsed => Show(
            parsed.InvocationConfiguration.Output, parsed.GetRequiredValue(name), parsed.GetValue(output) == Yaml, parsed.GetValue(policy)));
        return command;
    }

    private static int Show(TextWriter output, string name, bool yaml, KeyExchangePolicy policy)
    {
        ProfileDefaults? profile = ProfileDefaults.All.FirstOrDefault(row => row.Profile.ToString().Equals(name, StringComparison.OrdinalIgnoreCase));
        if (profile is null)
            return Complaint.BadInput($"\"{name}\" is no profile: choose one of {string.Join(", ", ProfileDefaults.All.Select(row => row.Profile))}");
        if (yaml)
            ProfilePages.WriteYaml(output, profile, policy);
        else
            ProfilePages.WritePage(output, profile, policy);
        return ExitCode.Success;
    }
}
