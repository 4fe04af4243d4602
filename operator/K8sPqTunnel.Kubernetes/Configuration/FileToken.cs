namespace K8sPqTunnel.Kubernetes.Configuration;

/// <summary>A token in a file that someone else renews: the kubelet writes a new one after 80 % of its life.</summary>
internal sealed class FileToken(string path, TimeProvider time) : ITokenSource
{
    private static readonly TimeSpan ReadAgainAfter = TimeSpan.FromMinutes(1);
    private const int MaxLength = 64 * 1024;

    private readonly Lock _lock = new();
    private string _token = "";
    private bool _stale = true;
    private long _readAt;

    public string Token()
    {
        lock (_lock)
        {
            if (_stale || time.GetElapsedTime(_readAt) >= ReadAgainAfter)
            {
                _token = Read();
                _readAt = time.GetTimestamp();
                _stale = false;
            }

            return _token;
        }
    }

    public void Refused()
    {
        lock (_lock)
            _stale = true;
    }

    private string Read()
    {
        try
        {
            string token = new FileInfo(path).Length <= MaxLength ? File.ReadAllText(path).Trim() : "";
            if (token.Length > 0 && !token.AsSpan().ContainsAny('\r', '\n'))
                return token;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ConfigurationException($"The token file {path} can't be read: {e.Message}", e);
        }

        throw new ConfigurationException($"The token file {path} holds no token: it must be one line of at most {MaxLength} characters.");
    }
}
