using System.Text.Json.Nodes;

namespace K8sPqTunnel.Api.Documents;

/// <summary>One document of a YAML file as JSON, with the line where each of its paths begins.</summary>
internal sealed record YamlNode(JsonNode? Root, int Line, IReadOnlyDictionary<string, int> Lines)
{
    public int LineOf(string path)
    {
        // The nearest enclosing path that the file holds: a missing field is reported where its parent stands.
        for (string at = path; at.Length > 0; at = Parent(at))
        {
            if (Lines.TryGetValue(at, out int line))
                return line;
        }

        return Line;
    }

    private static string Parent(string path)
    {
        int cut = path.AsSpan().LastIndexOfAny('.', '[');
        return cut < 0 ? "" : path[..cut];
    }
}
