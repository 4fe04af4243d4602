using Microsoft.Extensions.Logging;

namespace K8sPqTunnel.Sidecar;

/// <summary>Writes a tunnel's name before each line of its log, where several tunnels share one.</summary>
internal sealed class NamedLog(ILoggerProvider log, string name) : ILoggerProvider
{
    public ILogger CreateLogger(string categoryName) => new Category(log.CreateLogger(categoryName), name);

    public void Dispose()
    {
        // The log belongs to the daemon.
    }

    private sealed class Category(ILogger log, string name) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => log.BeginScope(state);

        public bool IsEnabled(LogLevel logLevel) => log.IsEnabled(logLevel);

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            log.Log(logLevel, eventId, state, exception, (inner, thrown) => $"[{name}] {formatter(inner, thrown)}");
    }
}
