using System.Text;
using Microsoft.Extensions.Logging;
using Mport.Server.Hosting.Logging;
using Mport.Testing;

namespace Mport.Server.Tests.Hosting.Logging;

// Alone: it exchanges the process's standard error for a moment.
[Collection(nameof(EdgeConsoleTests))]
[CollectionDefinition(nameof(EdgeConsoleTests), DisableParallelization = true)]
public sealed class EdgeConsoleTests
{
    [Fact]
    public async Task ReaderWhoStopsReading_HoldsNobodyUp_AndLosesLines_WhichIsSaid() // REL-08, REL-48
    {
        const int Lines = 10_000;
        using var output = new StoppedReader();
        var before = Console.Error;
        Console.SetError(output);
        using (var loggers = EdgeConsole.CreateLoggers(LogLevel.Information))
        {
            Console.SetError(before);
            var log = loggers.CreateLogger("Edge");
            var logging = Task.Factory.StartNew(() => LogLines(log, Lines), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

            await logging.Limited("the lines to be logged while nobody reads them");
            output.GoOn();
            await output.HasRead.Limited("the first lines to be read");
            LogLines(log, 1); // What was lost is said with the next line that has room.
        }

        var written = output.Written;
        Assert.Contains(" line 0\n", written, StringComparison.Ordinal);
        Assert.InRange(written.Count(letter => letter == '\n'), 1, Lines / 2);
        Assert.Contains("dropped", written, StringComparison.Ordinal);
    }

    private static void LogLines(ILogger log, int lines)
    {
        for (var i = 0; i < lines; i++)
        {
#pragma warning disable CA1848, CA1873 // A line that no program logs needs no method of its own.
            log.LogInformation("line {Number}", i);
#pragma warning restore CA1848, CA1873
        }
    }

    /// <summary>Takes nothing until it is told to.</summary>
    private sealed class StoppedReader : TextWriter
    {
        private readonly ManualResetEventSlim _goOn = new();
        private readonly StringBuilder _written = new();
        private readonly TaskCompletionSource _hasRead = new(TaskCreationOptions.RunContinuationsAsynchronously);

        /// <summary>Completes once it has read so many lines that the queue has room.</summary>
        public Task HasRead => _hasRead.Task;

        public override Encoding Encoding => Encoding.UTF8;

        public string Written
        {
            get
            {
                lock (_written)
                {
                    return _written.ToString();
                }
            }
        }

        public void GoOn() => _goOn.Set();

        public override void Write(char value) => Write(value.ToString());

        public override void Write(string? value)
        {
            _goOn.Wait();
            lock (_written)
            {
                _written.Append(value);
                if (_written.Length > 10_000)
                {
                    _hasRead.TrySetResult();
                }
            }
        }

        protected override void Dispose(bool disposing)
        {
            _goOn.Dispose();
            base.Dispose(disposing);
        }
    }
}
