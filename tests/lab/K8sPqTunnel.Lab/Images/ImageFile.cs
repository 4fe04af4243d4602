using System.Text.Json;

namespace K8sPqTunnel.Lab.Images;

/// <summary>The last stage of one of our Dockerfiles, so that building with and without an engine reads the same list.</summary>
/// <remarks>
/// Only what our files use is understood: <c>COPY source target</c>, <c>ENV NAME=value</c>, <c>USER</c> and <c>ENTRYPOINT [...]</c>
/// after the last <c>FROM</c>, one instruction a line. Anything else is refused rather than ignored.
/// </remarks>
internal sealed record ImageFile(ImageConfig Config, IReadOnlyList<ImageCopy> Copies)
{
    /// <summary>Reads a Dockerfile's text.</summary>
    /// <exception cref="FormatException">An instruction of the last stage is not one of those above.</exception>
    public static ImageFile Parse(string text)
    {
        var copies = new List<ImageCopy>();
        var environment = new List<string>();
        string user = "";
        IReadOnlyList<string> entrypoint = [];

        foreach (string line in LastStage(text))
        {
            (string instruction, string rest) = line.Split(' ', 2, StringSplitOptions.TrimEntries) is [var word, var tail] ? (word, tail) : (line, "");
            switch (instruction)
            {
                case "COPY":
                    copies.Add(ImageCopy.Parse(rest));
                    break;
                case "ENV":
                    environment.Add(rest);
                    break;
                case "USER":
                    user = rest;
                    break;
                case "ENTRYPOINT":
                    entrypoint = Words(rest);
                    break;
                default:
                    throw new FormatException($"\"{line}\": the engine-less build knows COPY, ENV, USER and ENTRYPOINT in the last stage of a Dockerfile.");
            }
        }

        return new ImageFile(new ImageConfig { Entrypoint = entrypoint, Environment = environment, User = user }, copies);
    }

    private static string[] LastStage(string text)
    {
        string[] lines = [.. text.Split('\n').Select(line => line.Trim()).Where(line => line.Length > 0 && !line.StartsWith('#'))];
        int from = Array.FindLastIndex(lines, line => line.StartsWith("FROM ", StringComparison.Ordinal));
        if (from < 0 || lines[from] is not "FROM scratch")
            throw new FormatException("The last stage of a Dockerfile that is built without an engine must be \"FROM scratch\".");
        return lines[(from + 1)..];
    }

    private static List<string> Words(string json)
    {
        using JsonDocument document = JsonDocument.Parse(json);
        return [.. document.RootElement.EnumerateArray().Select(word => word.GetString() ?? throw new FormatException($"ENTRYPOINT {json}: a list of strings is expected."))];
    }
}
