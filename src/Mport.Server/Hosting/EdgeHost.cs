using Mport.Server.Accounts.Links;
using Mport.Server.Data;
using Mport.Server.Hosting.Handover;
using Mport.Server.Hosting.Logging;
using Mport.Server.Hosting.Supervision;

namespace Mport.Server.Hosting;

/// <summary>Runs an edge from its settings to its end.</summary>
internal static class EdgeHost
{
    /// <summary>Opens the data, listens, says where the edge is, and runs until it is told to stop or another edge has taken its place.</summary>
    /// <param name="settings">What the edge was told.</param>
    /// <param name="start">How the process was started.</param>
    /// <param name="output">Standard output, for the <see cref="StartNotice"/>.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellationToken">The stop signal.</param>
    /// <returns>The exit code.</returns>
    /// <exception cref="EdgeStartException">The edge cannot start; the failure says why.</exception>
    public static async Task<int> RunAsync(EdgeSettings settings, EdgeStart start, TextWriter output, TimeProvider time, CancellationToken cancellationToken)
    {
        using var loggers = EdgeConsole.CreateLoggers(settings.LogLevel);
        using var taker = start.TakesOver ? await AskAsync(settings, loggers, time, cancellationToken) : null;
        using var data = await OpenedEdge.OpenAsync(settings, taker, loggers, time, cancellationToken);
        await using var edge = await RunningEdge.StartAsync(data, limits: null, loggers, time, cancellationToken);
        if (taker is not null)
        {
            await edge.TakeOverAsync(taker, cancellationToken);
        }

        await WebAddressFile.WriteAsync(settings.DataFolder, edge.Links.Root, loggers.CreateLogger<AccountLinks>(), cancellationToken);
        await using var server = OpenToTakeover(data, edge, loggers, time);
        var notice = await StartNotice.CreateAsync(data, edge.HttpPort, edge.TlsPort, edge.Links, cancellationToken);
        await output.WriteAsync(notice.ToText());
        await output.FlushAsync(cancellationToken);
        var status = $"Serves {settings.Domain}";
        var supervisor = new ServiceNotifier(start.NotifySocket, time, loggers.CreateLogger<ServiceNotifier>());
        // Before anybody hears that this process serves, and may send it the signal.
        using var successor = Successor.Listen(supervisor, status, loggers.CreateLogger<Successor>());
        supervisor.Ready(status);

        var stopped = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var registration = cancellationToken.Register(stopped.SetResult);
        if (server is not null && await Task.WhenAny(stopped.Task, server.HandedOver) == server.HandedOver)
        {
            // From here on the supervisor hears the new process alone.
            successor.GiveUp();
            await edge.FinishAsync(cancellationToken);
            return 0;
        }

        await stopped.Task;
        supervisor.Stopping();
        return 0;
    }

    private static async Task<HandoverTaker?> AskAsync(EdgeSettings settings, ILoggerFactory loggers, TimeProvider time, CancellationToken cancellationToken)
    {
        if (EdgeLock.IsHeld(settings.DataFolder))
        {
            return await HandoverTaker.AskAsync(settings.DataFolder, time, cancellationToken);
        }

        loggers.CreateLogger<HandoverTaker>().NothingToTakeOver();
        return null;
    }

    private static HandoverServer? OpenToTakeover(OpenedEdge data, RunningEdge edge, ILoggerFactory loggers, TimeProvider time)
    {
        var logger = loggers.CreateLogger<HandoverServer>();
        var folder = data.Settings.DataFolder;
        if (data.Inherited?.Control is { } inherited)
        {
            return HandoverServer.Start(inherited, folder, data.Lock, edge.Given, time, logger);
        }

        if (ControlSocket.TryListen(folder, out var obstacle) is { } control)
        {
            return HandoverServer.Start(control, folder, data.Lock, edge.Given, time, logger);
        }

        logger.NoHandover(obstacle);
        return null;
    }
}
