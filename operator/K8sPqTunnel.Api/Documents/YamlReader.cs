using System.Globalization;
using System.Text.Json.Nodes;
using K8sPqTunnel.Api.Validation;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace K8sPqTunnel.Api.Documents;

/// <summary>Reads the documents of a YAML file into JSON nodes. Bounded: size, nesting, nodes; no anchors, aliases, tags or merge keys.</summary>
internal sealed class YamlReader
{
    public const int MaxCharacters = 1024 * 1024;
    private const int MaxNesting = 32;
    private const int MaxNodes = 100_000;

    private readonly Parser _parser;
    private readonly string? _file;
    private Dictionary<string, int> _lines = [];
    private int _nodes;

    private YamlReader(string text, string? file)
    {
        _parser = new Parser(new StringReader(text));
        _file = file;
    }

    /// <summary>All documents up to the first that cannot be read, which is reported.</summary>
    public static List<YamlNode> Read(string text, string? file, ICollection<Problem> problems)
    {
        var documents = new List<YamlNode>();
        if (text.Length > MaxCharacters)
        {
            problems.Add(new Problem("", $"the file has {text.Length} characters, at most {MaxCharacters} are read", 0, file));
            return documents;
        }

        var reader = new YamlReader(text, file);
        try
        {
            reader.ReadAll(documents);
        }
        catch (RefusedYamlException e)
        {
            problems.Add(e.Problem);
        }
        catch (YamlException e)
        {
            // YamlDotNet puts the innermost cause into the message; the line is all that is added here.
            problems.Add(new Problem("", $"the file is not YAML: {e.Message}", (int)e.Start.Line, file));
        }
        catch (InvalidOperationException)
        {
            // YamlDotNet 16.3 trips over some tabs (":\t[\ra") instead of refusing them.
            problems.Add(new Problem("", "the file is not YAML: look for a tab", (int)(reader._parser.Current?.End.Line ?? 1), file));
        }

        return documents;
    }

    private void ReadAll(List<YamlNode> documents)
    {
        _parser.Consume<StreamStart>();
        while (_parser.TryConsume<DocumentStart>(out DocumentStart? start))
        {
            _lines = [];
            JsonNode? root = ReadNode("", depth: 0);
            _parser.Consume<DocumentEnd>();
            if (root is not null)
                documents.Add(new YamlNode(root, (int)start.Start.Line, _lines));
        }
    }

    private JsonNode? ReadNode(string path, int depth)
    {
        ParsingEvent next = _parser.Current!;
        int line = (int)next.Start.Line;
        if (depth > MaxNesting)
            throw Refuse(path, line, $"the document is nested more than {MaxNesting} deep");
        if (++_nodes > MaxNodes)
            throw Refuse(path, line, $"the file has more than {MaxNodes} values");
        if (next is AnchorAlias || next is NodeEvent { Anchor.IsEmpty: false })
            throw Refuse(path, line, "anchors and aliases (& and *) are not read: write the value out");
        if (next is NodeEvent { Tag.IsEmpty: false })
            throw Refuse(path, line, "tags (!...) are not read: leave the tag out");

        return next switch
        {
            MappingStart => ReadMap(path, depth),
            SequenceStart => ReadList(path, depth),
            _ => ReadScalar(path),
        };
    }

    private JsonObject ReadMap(string path, int depth)
    {
        var map = new JsonObject();
        _parser.Consume<MappingStart>();
        while (!_parser.TryConsume<MappingEnd>(out _))
        {
            int line = (int)_parser.Current!.Start.Line;
            if (_parser.Current is not Scalar || _parser.Current is NodeEvent { Anchor.IsEmpty: false })
                throw Refuse(path, line, "a key must be a plain text");
            string key = _parser.Consume<Scalar>().Value;
            string at = path.Length == 0 ? key : $"{path}.{key}";
            if (map.ContainsKey(key))
                throw Refuse(at, line, "the key stands twice: leave one out");
            _lines[at] = line;
            map[key] = ReadNode(at, depth + 1);
        }

        return map;
    }

    private JsonArray ReadList(string path, int depth)
    {
        var list = new JsonArray();
        _parser.Consume<SequenceStart>();
        while (!_parser.TryConsume<SequenceEnd>(out _))
        {
            string at = $"{path}[{list.Count}]";
            _lines[at] = (int)_parser.Current!.Start.Line;
            list.Add(ReadNode(at, depth + 1));
        }

        return list;
    }

    private JsonValue? ReadScalar(string path)
    {
        int line = (int)_parser.Current!.Start.Line;
        if (!_parser.TryConsume<Scalar>(out Scalar? scalar))
            throw Refuse(path, line, "a value is missing");
        return scalar.Style == ScalarStyle.Plain ? Plain(scalar.Value) : JsonValue.Create(scalar.Value);
    }

    // YAML 1.2's core schema, without octal and hexadecimal numbers, which no field has.
    private static JsonValue? Plain(string value)
    {
        if (value is "" or "~" or "null" or "Null" or "NULL")
            return null;
        if (value is "true" or "True" or "TRUE")
            return JsonValue.Create(true);
        if (value is "false" or "False" or "FALSE")
            return JsonValue.Create(false);
        if (long.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long whole))
            return JsonValue.Create(whole);
        return double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) && double.IsFinite(number)
            ? JsonValue.Create(number)
            : JsonValue.Create(value);
    }

    private RefusedYamlException Refuse(string path, int line, string message) => new(new Problem(path, message, line, _file));
}
