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
        foreach (TunnelSnapshot tunnel in tunnels)
        {
            Table table = new Table().Border(TableBorder.Rounded)
                .AddColumns(Markup.Escape($"{tunnel.Namespace}/{tunnel.Name}"), tunnel.Ready ? "[green]Ready[/]" : "[red]not ready[/]");
            foreach ((string what, string value) in Rows(tunnel))
                table.AddRow(Markup.Escape(what), Markup.Escape(value));
            AnsiConsole.Write(table);
            if (!tunnel.Ready)
                Console.WriteLine(WhyNotReady(tunnel));
        }
    }

    /// <summary>A sentence that says what is missing.</summary>
    public static string WhyNotReady(TunnelSnapshot tunnel)
    {
        string name = $"tunnel \"{tunnel.Name}\"";
        if (tunnel.Phase != TunnelPhase.Established)
            return tunnel.LastError?.Message ?? (tunnel.Phase == TunnelPhase.Listening
                ? $"{name} waits for its peer to begin (spec.startAction)."
                : $"{name} is being negotiated with {tunnel.Peer ?? "its peer"}.");
        return tunnel.Probe.State == ProbeState.Unhealthy
            ? $"{name} is up, but {tunnel.Probe.Target} does not answer the probe inside it: check that it runs, answers what spec.probe asks it with, and has a route back."
            : $"{name} is up; the first probe to {tunnel.Probe.Target} is under way.";
    }

    internal static IEnumerable<(string What, string Value)> Rows(TunnelSnapshot tunnel)
    {
        yield return ("Peer", tunnel.Peer ?? Nothing);
        yield return ("Transport", $"{tunnel.Transport?.ToString() ?? Nothing}, moved {tunnel.Moves} times");
        yield return ("Begun by", tunnel.Ike is { } begun ? (begun.Role == IkeRole.Initiator ? "us" : "the peer") : Nothing);
        yield return ("Key exchanges", tunnel.Ike is { } ike ? string.Join(" + ", ike.KeyExchanges) : Nothing);
        yield return ("Quantum safe", tunnel.Ike is { } sa ? (sa.QuantumSafe ? "yes" : "no") : Nothing);
        if (tunnel.CertificateExpiresAt is { } expiry)
            yield return ("Certificate until", expiry.ToUniversalTime().ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture));
        if (tunnel.Ike?.PostquantumKey is { } ppk)
            yield return ("Postquantum key", ppk);
        foreach (ChildSaSnapshot child in tunnel.Children)
        {
            yield return ($"Child SA {child.InboundSpi}/{child.OutboundSpi}", $"{string.Join(' ', child.Local)} === {string.Join(' ', child.Remote)}, MTU {child.Mtu}");
            yield return ("Last received, sent", $"{Time(child.LastReceivedAt)}, {Time(child.LastSentAt)}");
        }
        yield return ("Data plane", $"{tunnel.Dataplane ?? Nothing}, {tunnel.Interface ?? Nothing}, MTU {tunnel.Mtu} over a path of {tunnel.PathMtu}");
        if (tunnel.WhyNotXfrm is { } why)
            yield return ("Not in the kernel", why);
        if (tunnel.Offload is { } offload)
            yield return ("Hardware offload", offload.WhyNot is { } none ? $"none: {none}" : offload.Interface ?? Nothing);
        yield return ("RTT", tunnel.Probe.RoundTripMicroseconds is { } rtt
            ? string.Create(CultureInfo.InvariantCulture, $"{rtt / 1000.0:0.0} ms, jitter {tunnel.Probe.JitterMicroseconds / 1000.0 ?? 0:0.0} ms, {tunnel.Probe.Loss:0.#%} lost")
            : Nothing);
        yield return ("Received, sent", $"{Octets(tunnel.Counters.InboundOctets)}, {Octets(tunnel.Counters.OutboundOctets)}");
        foreach ((string reason, long count) in tunnel.Counters.Drops)
            yield return ($"Dropped: {reason}", count.ToString(CultureInfo.InvariantCulture));
    }

    private static string Time(DateTimeOffset? time) =>
        time is { } known ? known.ToUniversalTime().ToString("yyyy-MM-dd HH:mm:ss 'UTC'", CultureInfo.InvariantCulture) : "never";

    private static string Octets(long count) => count switch
    {
        < 1024 => string.Create(CultureInfo.InvariantCulture, $"{count} B"),
        < 1024 * 1024 => string.Create(CultureInfo.InvariantCulture, $"{count / 1024.0:0.0} KiB"),
        < 1024L * 1024 * 1024 => string.Create(CultureInfo.InvariantCulture, $"{count / (1024.0 * 1024):0.0} MiB"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{count / (1024.0 * 1024 * 1024):0.0} GiB"),
    };
}
