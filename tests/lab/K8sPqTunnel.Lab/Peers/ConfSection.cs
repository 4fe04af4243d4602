using System.Text;

namespace K8sPqTunnel.Lab.Peers;

/// <summary>A section of a file in strongSwan's format: one <c>key = value</c> a line, sections in braces.</summary>
internal sealed class ConfSection
{
    private const int Indent = 2;
    private readonly List<(string Name, object Content)> _entries = [];

    /// <summary>Adds a setting.</summary>
    /// <exception cref="ArgumentException">The value would end its line or start a comment.</exception>
    public ConfSection Set(string key, string value)
    {
        if (value.AsSpan().IndexOfAny("\n#{}\"") >= 0)
            throw new ArgumentException($"The value of {key} holds a character that this format gives a meaning to.", nameof(value));
        _entries.Add((key, value));
        return this;
    }

    /// <summary>Adds a value between quotes, as secrets need it.</summary>
    public ConfSection SetQuoted(string key, string value)
    {
        Set(key, value);
        _entries[^1] = (key, $"\"{value}\"");
        return this;
    }

    /// <summary>Reads other files here.</summary>
    public ConfSection Include(string pattern)
    {
        _entries.Add(($"include {pattern}", ""));
        return this;
    }

    /// <summary>Adds a section inside this one.</summary>
    public ConfSection Section(string name, Action<ConfSection> fill)
    {
        var section = new ConfSection();
        fill(section);
        _entries.Add((name, section));
        return this;
    }

    public override string ToString()
    {
        var text = new StringBuilder();
        Write(text, 0);
        return text.ToString();
    }

    private void Write(StringBuilder text, int depth)
    {
        foreach ((string name, object content) in _entries)
        {
            text.Append(' ', depth * Indent).Append(name);
            if (content is "")
            {
                text.Append('\n');
            }
            else if (content is ConfSection section)
            {
                text.Append(" {\n");
                section.Write(text, depth + 1);
                text.Append(' ', depth * Indent).Append("}\n");
            }
            else
            {
                text.Append(" = ").Append(content).Append('\n');
            }
        }
    }
}
