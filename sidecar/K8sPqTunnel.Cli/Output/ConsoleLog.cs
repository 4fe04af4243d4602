using System.Collections.Concurrent;
using System.Globalization;
using Microsoft.Extensions.Logging;

namespace K8sPqTunnel.Cli.Output;

/// <summary>Writes the log to standard error, a line an entry: time, level, sentence.</summary>
internal sealed class ConsoleLog : ILoggerProvider
{
    private readonly ConcurrentDictionary<string, ILogger> _loggers = new(StringComparer.Ordinal);

    public ILogger CreateLogger(string categoryName) => _loggers.GetOrAdd(categoryName, static _ => new Category());

    public void Dispose()
    {
        // Nothing is held: standard error belongs to the process.
    }

    private sealed class Category : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Information && logLevel != LogLevel.None;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (!IsEnabled(logLevel))
                return;
            string line = string.Create(
                CultureInfo.InvariantCulture, $"{DateTimeOffset.UtcNow:yyyy-MM-ddTHH:mm:ss.fffZ} {Name(logLevel)} {formatter(state, exception)}");
            Console.Error.WriteLine(exception is null ? line : $"{line}\n{exception}");
        }

        private static string Name(LogLevel level) => level switch
        {
            LogLevel.Information => "info ",
            LogLevel.Warning => "warn ",
            _ => "error",
        };
    }
}
