using Mport.Protocol.Errors;

namespace Mport.Cli.Output;

/// <summary>Tells the user why a command or a run failed, and decides the exit code.</summary>
internal static class FailureReport
{
    /// <summary>Prints the failures, one a line, on standard error (and with <paramref name="json"/> as events on standard output).</summary>
    /// <returns>The exit code of the first.</returns>
    public static int Print(Surroundings around, bool json, params IReadOnlyList<Failure> failures)
    {
        var (lines, events) = (new LineSink(around.Error), new LineSink(around.Out));
        foreach (var failure in failures)
        {
            lines.Write($"error {DisplayText.Escape(failure.ToString())}");
            if (json)
            {
                events.Write(JsonLines.Error(failure, null, around.Time.GetUtcNow()));
            }
        }

        return failures.Count > 0 ? ExitCodes.Of(failures[0].Code) : ExitCodes.Unexpected;
    }
}
