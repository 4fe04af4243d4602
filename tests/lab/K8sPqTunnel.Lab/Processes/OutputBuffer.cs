using System.Text;

namespace K8sPqTunnel.Lab.Processes;

/// <summary>Collects what a process writes to one stream; of a very talkative one only the end is kept.</summary>
internal sealed class OutputBuffer
{
    private const int Limit = 4 << 20;
    private readonly Lock _lock = new();
    private readonly StringBuilder _text = new();

    public void Append(ReadOnlySpan<char> text)
    {
        lock (_lock)
        {
            _text.Append(text);
            if (_text.Length > Limit)
                _text.Remove(0, _text.Length - (Limit / 2));
        }
    }

    public override string ToString()
    {
        lock (_lock)
            return _text.ToString();
    }
}
