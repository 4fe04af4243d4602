using System.Globalization;
using System.Text.Json;
using Spectre.Console;

namespace K8sPqTunnel.Bench.Results;

/// <summary>Shows figures with their goals to people and writes them down for programs.</summary>
internal static class GoalReport
{
    public static void Show(IAnsiConsole console, IReadOnlyList<GoalResult> results)
    {
        Table table = new Table().Border(TableBorder.Rounded).AddColumns("What", "Unit", "Ours", "Goal, at most");
        table.Columns[2].RightAligned();
        table.Columns[3].RightAligned();
        foreach (GoalResult result in results)
        {
            string mark = result.Goal is { } goal ? (result.Ours <= goal ? "green" : "red") : "default";
            table.AddRow(Markup.Escape(result.Name), Markup.Escape(result.Unit), $"[{mark}]{Text(result.Ours)}[/]", Text(result.Goal));
        }

        console.Write(table);
    }

    public static async Task WriteAsync(string file, IReadOnlyList<GoalResult> results, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        await File.WriteAllTextAsync(file, JsonSerializer.Serialize(results, BenchJson.Default.IReadOnlyListGoalResult) + "\n", cancellationToken);
    }

    private static string Text(double? value) => value switch
    {
        null => "",
        >= 100 or 0 => value.Value.ToString("#,0", CultureInfo.InvariantCulture),
        _ => value.Value.ToString("0.0#", CultureInfo.InvariantCulture),
    };
}
