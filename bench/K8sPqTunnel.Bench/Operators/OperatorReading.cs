using System.Globalization;

namespace K8sPqTunnel.Bench.Operators;

/// <summary>What the operator's <c>/metrics</c> said at one moment.</summary>
/// <param name="Depth">Keys that wait in the queue of tunnels.</param>
/// <param name="Waiting">Keys that wait in any queue.</param>
/// <param name="Unfinished">Seconds that running reconciles of all kinds have taken so far.</param>
/// <param name="Worked">Reconciles of all kinds that have ended.</param>
/// <param name="Calls">Requests to the API server by method; watches are GETs.</param>
/// <param name="Watches">Watches begun.</param>
internal sealed record OperatorReading(
    double Depth, double Waiting, double Unfinished, double Worked, IReadOnlyDictionary<string, double> Calls, double Watches)
{
    private const string Depths = "workqueue_depth{";

    /// <summary>Requests that change something.</summary>
    public double Writes => Calls.Where(call => call.Key != "GET").Sum(call => call.Value);

    /// <summary>Requests that are not the renewal of a watch.</summary>
    public double CallsButWatches => Calls.Values.Sum() - Watches;

    public bool IsQuiet => Waiting == 0 && Unfinished == 0;

    public static OperatorReading Parse(string text)
    {
        var values = new Dictionary<string, double>();
        var calls = new Dictionary<string, double>();
        double watches = 0;
        foreach (ReadOnlySpan<char> line in text.AsSpan().EnumerateLines())
        {
            if (line.StartsWith("workqueue_"))
                values[line[..line.LastIndexOf(' ')].ToString()] = Value(line);
            else if (line.StartsWith("rest_client_requests_total"))
                calls[Label(line, "method=")] = calls.GetValueOrDefault(Label(line, "method=")) + Value(line);
            else if (line.StartsWith("rest_client_request_duration_seconds_count") && Label(line, "verb=") == "watch")
                watches += Value(line);
        }

        return new OperatorReading(
            values.GetValueOrDefault(Depths + "name=\"ipsectunnels\"}"),
            Sum(Depths),
            Sum("workqueue_unfinished_work_seconds{"),
            Sum("workqueue_work_duration_seconds_count{"),
            calls,
            watches);
        double Sum(string name) => values.Where(value => value.Key.StartsWith(name, StringComparison.Ordinal)).Sum(value => value.Value);
    }

    private static double Value(ReadOnlySpan<char> line) => double.Parse(line[(line.LastIndexOf(' ') + 1)..], CultureInfo.InvariantCulture);

    private static string Label(ReadOnlySpan<char> line, string name)
    {
        ReadOnlySpan<char> rest = line[(line.IndexOf(name) + name.Length + 1)..];
        return rest[..rest.IndexOf('"')].ToString();
    }
}
