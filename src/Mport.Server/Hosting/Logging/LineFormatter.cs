using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;

namespace Mport.Server.Hosting.Logging;

/// <summary>One line a record: <c>2026-01-31T12:00:00.000Z info Edge.Sessions[1201] message</c>, with nothing in it that a terminal obeys (SEC-110).</summary>
internal sealed class LineFormatter(TimeProvider time) : ConsoleFormatter(FormatterName)
{
    /// <summary>What the console logger knows it by.</summary>
    public const string FormatterName = "line";

    private const string OwnPrefix = "Mport.Server.";

    /// <inheritdoc />
    public override void Write<TState>(in LogEntry<TState> logEntry, IExternalScopeProvider? scopeProvider, TextWriter textWriter)
    {
        var message = logEntry.Formatter(logEntry.State, logEntry.Exception);
        var category = logEntry.Category.StartsWith(OwnPrefix, StringComparison.Ordinal) ? logEntry.Category[OwnPrefix.Length..] : logEntry.Category;
        textWriter.Write(string.Create(
            CultureInfo.InvariantCulture,
            $"{time.GetUtcNow().UtcDateTime:yyyy-MM-ddTHH:mm:ss.fffZ} {NameOf(logEntry.LogLevel)} {category}[{logEntry.EventId.Id}] {VisibleText.Of(message)}"));
        if (logEntry.Exception is { } exception)
        {
            textWriter.Write(" | ");
            textWriter.Write(VisibleText.Of(exception.ToString()));
        }

        textWriter.Write('\n');
    }

    private static string NameOf(LogLevel level) => level switch
    {
        LogLevel.Trace => "trace",
        LogLevel.Debug => "debug",
        LogLevel.Information => "info",
        LogLevel.Warning => "warn",
        LogLevel.Error => "error",
        LogLevel.Critical => "fatal",
        LogLevel.None => "none",
        _ => throw new UnreachableException(),
    };
}
