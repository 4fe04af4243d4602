using System.Globalization;
using K8sPqTunnel.Lab.Daemon;
using Spectre.Console;

namespace K8sPqTunnel.Lab.Demo;

/// <summary>The demo's last word.</summary>
internal static class DemoTable
{
    public static void Show(IAnsiConsole console, DemoFindings findings)
    {
        TunnelStatus status = findings.Status;
        Table table = new Table().Border(TableBorder.Rounded)
            .AddColumns("Peer", "Key exchanges", "Quantum safe", "Data plane", "RTT", "Throughput");
        table.AddRow(new[]
        {
            $"strongSwan at {status.Peer}",
            string.Join(" + ", status.Ike?.KeyExchanges ?? []),
            status.Ike is { QuantumSafe: true } ? "yes" : "no",
            status.Dataplane ?? "",
            string.Create(CultureInfo.InvariantCulture, $"{findings.Ping.Average:0.00} ms"),
            string.Create(CultureInfo.InvariantCulture, $"{findings.BitsPerSecond / 1e6:0} Mb/s"),
        }.Select(Markup.Escape).ToArray());
        console.Write(table);
    }
}
