using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging.Console;

namespace Mport.Server.Hosting.Logging;

/// <summary>Sets up the log: lines on standard error, which never make the edge wait.</summary>
internal static class EdgeConsole
{
    /// <summary>Adds the log to a host, in place of what it had.</summary>
    public static ILoggingBuilder AddEdgeConsole(this ILoggingBuilder logging, LogLevel level)
    {
        logging.ClearProviders();
        logging.Services.TryAddSingleton(TimeProvider.System);
        logging.AddConsoleFormatter<LineFormatter, ConsoleFormatterOptions>();
        logging.AddConsole(console =>
        {
            console.FormatterName = LineFormatter.FormatterName;
            console.LogToStandardErrorThreshold = LogLevel.Trace;

            // A reader of the log who stops reading must not stop the edge (REL-08); the queue holds 2500 lines.
            console.QueueFullMode = ConsoleLoggerQueueFullMode.DropWrite;
        });
        logging.SetMinimumLevel(level);

        // The frameworks say little below a warning that an operator could use.
        if (level > LogLevel.Debug)
        {
            var theirs = level > LogLevel.Warning ? level : LogLevel.Warning;
            logging.AddFilter("Microsoft", theirs).AddFilter("System", theirs).AddFilter("Yarp", theirs);
        }

        return logging;
    }

    /// <summary>The log without a host.</summary>
    public static ILoggerFactory CreateLoggers(LogLevel level) => LoggerFactory.Create(logging => logging.AddEdgeConsole(level));
}
