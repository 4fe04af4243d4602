using System.CommandLine;
using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Sockets;

namespace K8sPqTunnel.Cli.Commands;

/// <summary>The options that `up` and `run` share.</summary>
internal sealed class DaemonArguments
{
    public Option<string[]> Files { get; } = CommonOptions.Files(required: true);

    public Option<string?> Tunnel { get; } = CommonOptions.Tunnel();

    public Option<string?> Secrets { get; } = CommonOptions.Secrets();

    public Option<string?> Control { get; } = CommonOptions.Control();

    public Option<string?> Health { get; } = new("--health")
    {
        Description = "Serve /livez, /readyz and /metrics on this address, for example 127.0.0.1:9510. Default: not at all.",
        HelpName = "ADDRESS:PORT",
    };

    /// <param name="health">Where health and metrics are to be served; null for nowhere.</param>
    /// <returns>False with a sentence where what is written is no address.</returns>
    public bool TryReadHealth(ParseResult parsed, out IPEndPoint? health, [NotNullWhen(false)] out string? error)
    {
        health = null;
        string? text = parsed.GetValue(Health);
        error = text is not null && !TryReadEndpoint(text, out health)
            ? $"--health {text}: not an address and a port, for example 127.0.0.1:9510"
            : null;
        return error is null;
    }

    // A pod's $(POD_IP):PORT has no brackets around an IPv6 address. The port cannot be left out, so the last colon is before it.
    private static bool TryReadEndpoint(string text, [NotNullWhen(true)] out IPEndPoint? endpoint)
    {
        int colon = text.LastIndexOf(':');
        if (colon > 0 && IPAddress.TryParse(text[..colon], out IPAddress? address) && address.AddressFamily == AddressFamily.InterNetworkV6 && text[0] != '[')
            text = $"[{address}]{text[colon..]}";
        return IPEndPoint.TryParse(text, out endpoint) && endpoint.Port != 0;
    }

    public void AddTo(Command command)
    {
        command.Options.Add(Files);
        command.Options.Add(Tunnel);
        command.Options.Add(Secrets);
        command.Options.Add(Control);
        command.Options.Add(Health);
    }
}
