using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Linq;
using Microsoft.Extensions.Logging;

namespace Fleet.Tests.Harness;

/// <summary>Keeps what a gateway under test logs from warnings on, so that a test can look for an error or show it.</summary>
public sealed class GatewayLog : ILoggerProvider
{
    private readonly ConcurrentQueue<(LogLevel Level, string Line)> _lines = [];

    /// <summary>Every line so far.</summary>
    public IReadOnlyList<string> Lines => [.. _lines.Select(line => $"{line.Level}: {line.Line}")];

    /// <summary>The lines that tell of an error.</summary>
    public IReadOnlyList<string> Errors => [.. _lines.Where(line => line.Level >= LogLevel.Error).Select(line => line.Line)];

    /// <inheritdoc/>
    public ILogger CreateLogger(string categoryName) => new Pen(this, categoryName);

    /// <inheritdoc/>
    public void Dispose()
    {
        // Nothing to let go of.
    }

    private sealed class Pen(GatewayLog log, string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel))
                log._lines.Enqueue((logLevel, $"{category}: {formatter(state, exception)} {exception}"));
        }
    }
}
