using Mport.Server.Hosting.Logging;

namespace Mport.Server.Hosting;

/// <summary>Runs an edge from its settings to its end.</summary>
internal static class EdgeHost
{
    /// <summary>Opens the data, listens, says where the edge is, and runs until it is told to stop.</summary>
    /// <param name="settings">What the edge was told.</param>
    /// <param name="output">Standard output, for the <see cref="StartNotice"/>.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellationToken">The stop signal.</param>
    /// <returns>The exit code.</returns>
    /// <exception cref="Data.EdgeStartException">The edge cannot start; the failure says why.</exception>
    public static async Task<int> RunAsync(EdgeSettings settings, TextWriter output, TimeProvider time, CancellationToken cancellationToken)
    {
        using var loggers = EdgeConsole.CreateLoggers(settings.LogLevel);
        using var data = await OpenedEdge.OpenAsync(settings, loggers, time, cancellationToken);
        await using var edge = await RunningEdge.StartAsync(data, limits: null, loggers, time, cancellationToken);
        var notice = await StartNotice.CreateAsync(data, edge.HttpPort, edge.TlsPort, cancellationToken);
        await output.WriteAsync(notice.ToText());
        await output.FlushAsync(cancellationToken);

        var stopped = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var registration = cancellationToken.Register(stopped.SetResult);
        await stopped.Task;
        return 0;
    }
}
