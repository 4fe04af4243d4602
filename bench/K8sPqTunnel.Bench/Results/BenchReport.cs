using System.Globalization;
using System.Text.Json;
using Spectre.Console;

namespace K8sPqTunnel.Bench.Results;

/// <summary>Shows results to people and writes them down for programs.</summary>
internal static class BenchReport
{
    public static void Show(IAnsiConsole console, IReadOnlyList<BenchResult> results)
    {
        Table table = new Table().Border(TableBorder.Rounded).AddColumns("What", "Unit", "Ours", "Peer's", "Peer", "Ratio", "Goal");
        foreach (int number in new[] { 2, 3, 5, 6 })
            table.Columns[number].RightAligned();
        foreach (BenchResult result in results)
        {
            table.AddRow(new[]
            {
                result.Name, result.Unit, Text(result.Ours), Text(result.Peer), result.PeerName ?? "", Text(result.Ratio), Text(result.Goal),
            }.Select(Markup.Escape).ToArray());
        }

        console.Write(table);
    }

    public static async Task WriteAsync(string file, IReadOnlyList<BenchResult> results, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        await File.WriteAllTextAsync(file, JsonSerializer.Serialize(results, BenchJson.Default.IReadOnlyListBenchResult) + "\n", cancellationToken);
    }

    // Three significant digits, as many as such a measurement has at best.
    private static string Text(double? value) => value switch
    {
        null => "",
        >= 100 => value.Value.ToString("#,0", CultureInfo.InvariantCulture),
        >= 10 => value.Value.ToString("0.0", CultureInfo.InvariantCulture),
        _ => value.Value.ToString("0.00", CultureInfo.InvariantCulture),
    };
}
