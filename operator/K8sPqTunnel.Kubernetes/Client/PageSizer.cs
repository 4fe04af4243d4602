namespace K8sPqTunnel.Kubernetes.Client;

/// <summary>How many objects to ask for in the next page of a list, so that large ones don't make large answers.</summary>
internal sealed class PageSizer
{
    // Of the first page, before anything is known of the objects.
    private const int FirstPage = 50;

    private readonly ListOptions _options;
    private int _size;

    public PageSizer(ListOptions options)
    {
        _options = options;
        _size = Math.Min(options.PageSize, FirstPage);
    }

    /// <summary>The options of the next page.</summary>
    public ListOptions Options => _options with { PageSize = _size };

    /// <summary>Learns from a page.</summary>
    public void Saw(int objects, int octets)
    {
        if (objects > 0 && _options.PageSize > 0)
            _size = (int)Math.Clamp((long)_options.PageBytes * objects / Math.Max(1, octets), 1, _options.PageSize);
    }

    /// <summary>The page was too large for an answer.</summary>
    /// <returns>False if it can't be smaller.</returns>
    public bool TryShrink()
    {
        if (_size <= 1)
            return false;
        _size /= 2;
        return true;
    }
}
