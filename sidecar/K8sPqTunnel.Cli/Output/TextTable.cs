using Spectre.Console;

namespace K8sPqTunnel.Cli.Output;

/// <summary>A table for people at a terminal, and lines with aligned columns for what reads a pipe.</summary>
internal static class TextTable
{
    private const int Gap = 2;

    public static void Write(TextWriter output, string[] head, IReadOnlyList<string[]> rows)
    {
        if (ReferenceEquals(output, Console.Out) && !Console.IsOutputRedirected)
            WriteBoxed(head, rows);
        else
            WriteLines(output, head, rows);
    }

    private static void WriteBoxed(string[] head, IReadOnlyList<string[]> rows)
    {
        Table table = new Table().Border(TableBorder.Rounded).AddColumns([.. head.Select(Markup.Escape)]);
        foreach (string[] row in rows)
            table.AddRow([.. row.Select(Markup.Escape)]);
        AnsiConsole.Write(table);
    }

    private static void WriteLines(TextWriter output, string[] head, IReadOnlyList<string[]> rows)
    {
        int[] widths = [.. head.Select((title, column) => rows.Select(row => row[column].Length).Append(title.Length).Max() + Gap)];
        foreach (string[] row in rows.Prepend([.. head.Select(title => title.ToUpperInvariant())]))
            output.WriteLine(string.Concat(row.Select((cell, column) => cell.PadRight(widths[column]))).TrimEnd());
    }
}
