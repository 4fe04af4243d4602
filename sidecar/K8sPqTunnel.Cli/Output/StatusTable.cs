using System.Globalization;
using K8sPqTunnel.Sidecar.State;
using Spectre.Console;

namespace K8sPqTunnel.Cli.Output;

/// <summary>The table of `pqtunnel status`.</summary>
internal static class StatusTable
{
    private const string Nothing = "-";

    public static void Write(IEnumerable<TunnelSnapshot> tunnels)
    {
        Table table = new Table().Border(TableBorder.Rounded)
            .AddColumns("Tunnel", "Ready", "Peer", "Key exchange", "Quantum safe", "Data plane", "RTT", "Received", "Sent");
        foreach (TunnelSnapshot tunnel in tunnels)
        {
            table.AddRow(new[]
            {
                $"{tunnel.Namespace}/{tunnel.Name}",
                tunnel.Ready ? "True" : "False",
                tunnel.Peer ?? Nothing,
                tunnel.Ike is { } ike ? string.Join(" + ", ike.KeyExchanges) : Nothing,
                tunnel.Ike is { } sa ? (sa.QuantumSafe ? "yes" : "no") : Nothing,
                tunnel.Dataplane ?? Nothing,
                tunnel.Probe.RoundTripMicroseconds is { } rtt ? string.Create(CultureInfo.InvariantCulture, $"{rtt / 1000.0:0.0} ms") : Nothing,
                Octets(tunnel.Counters.InboundOctets),
                Octets(tunnel.Counters.OutboundOctets),
            }.Select(Markup.Escape).ToArray());
        }
        AnsiConsole.Write(table);
        foreach (TunnelSnapshot tunnel in tunnels.Where(tunnel => !tunnel.Ready))
            Console.WriteLine(WhyNotReady(tunnel));
    }

    /// <summary>A sentence that says what is missing.</summary>
    public static string WhyNotReady(TunnelSnapshot tunnel)
    {
        string name = $"tunnel \"{tunnel.Name}\"";
        if (tunnel.Phase != TunnelPhase.Established)
            return tunnel.LastError?.Message ?? $"{name} is being negotiated with {tunnel.Peer ?? "its peer"}.";
        return tunnel.Probe.State == ProbeState.Unhealthy
            ? $"{name} is up, but {tunnel.Probe.Target} does not answer the probe inside it: check that it runs, answers ICMP echo, and has a route back."
            : $"{name} is up; the first probe to {tunnel.Probe.Target} is under way.";
    }

    private static string Octets(long count) => count switch
    {
        < 1024 => string.Create(CultureInfo.InvariantCulture, $"{count} B"),
        < 1024 * 1024 => string.Create(CultureInfo.InvariantCulture, $"{count / 1024.0:0.0} KiB"),
        < 1024L * 1024 * 1024 => string.Create(CultureInfo.InvariantCulture, $"{count / (1024.0 * 1024):0.0} MiB"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{count / (1024.0 * 1024 * 1024):0.0} GiB"),
    };
}
