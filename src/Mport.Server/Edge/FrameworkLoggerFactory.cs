namespace Mport.Server.Edge;

/// <summary>
/// Lets through of what ASP.NET Core and YARP log only what concerns the operator. What visitors do wrong is theirs (YARP warns of each failed
/// request), and the edge logs in its own words.
/// </summary>
internal sealed class FrameworkLoggerFactory(ILoggerFactory inner) : ILoggerFactory
{
    /// <inheritdoc />
    public ILogger CreateLogger(string categoryName) => new FloorLogger(inner.CreateLogger(categoryName), FloorOf(categoryName));

    /// <inheritdoc />
    public void AddProvider(ILoggerProvider provider) => inner.AddProvider(provider);

    /// <inheritdoc />
    public void Dispose()
    {
        // The factory is the host's.
    }

    private static LogLevel FloorOf(string category) =>
        category.StartsWith("Yarp.", StringComparison.Ordinal) ? LogLevel.None
        // One warning for each connection over the limit.
        : category.StartsWith("Microsoft.AspNetCore.Server.Kestrel.Connections", StringComparison.Ordinal) ? LogLevel.Error
        // What fails at the start is thrown as well, and told by who catches it.
        : category.StartsWith("Microsoft.Extensions.Hosting", StringComparison.Ordinal) ? LogLevel.None
        : category.StartsWith("Microsoft.", StringComparison.Ordinal) ? LogLevel.Warning
        : LogLevel.Trace;

    private sealed class FloorLogger(ILogger inner, LogLevel floor) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => inner.BeginScope(state);

        public bool IsEnabled(LogLevel logLevel) => logLevel >= floor && inner.IsEnabled(logLevel);

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (logLevel >= floor)
            {
                inner.Log(logLevel, eventId, state, exception, formatter);
            }
        }
    }
}
