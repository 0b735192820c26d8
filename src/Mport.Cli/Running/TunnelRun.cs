using Mport.Cli.Output;
using Mport.Cli.Panel;
using Mport.Cli.Processes;
using Mport.Client;
using Mport.Protocol.Errors;

namespace Mport.Cli.Running;

/// <summary>One run from the first check to the exit code: engine, output, signals, and the socket for <c>mport ps</c>.</summary>
internal sealed class TunnelRun(RunPlan plan, Surroundings around)
{
    private readonly RunProgress _progress = new(plan.Options.Tunnels);

    /// <summary>Runs until a stop is asked for or a failure ends it.</summary>
    /// <returns>The exit code.</returns>
    public async Task<int> RunAsync()
    {
        using var signals = around.ListenForSignals();
        if (plan.RequireTarget)
        {
            var missing = await CheckTargetsAsync(signals.Stop);
            if (missing.Count > 0 || signals.Stop.IsCancellationRequested)
            {
                return signals.Stop.IsCancellationRequested ? ExitCodes.Interrupted : FailureReport.Print(around, plan.Json, missing);
            }
        }

        using var stop = CancellationTokenSource.CreateLinkedTokenSource(signals.Stop);
        using var wait = new CancellationTokenSource(plan.Wait ?? Timeout.InfiniteTimeSpan, around.Time);
        using var onWait = wait.Token.Register(stop.Cancel);
        var events = new EventQueue();
        var engine = around.Engine(plan.Options, events, around.Time);
        await using var door = new RunDoor(around, engine, plan.Options, stop.Cancel);
        ClientEnd? end;
        await using (var output = ChooseOutput(engine))
        {
            Begin(output, door);
            var ending = RunEngineAsync(engine, events, stop.Token);
            end = await FollowAsync(events, output, stop, wait, signals.Abandon) ? await ending : null;
            if (events.Dropped > 0)
            {
                output.Say(Verbosity.Warn, $"{events.Dropped} events of connections were not shown: they came faster than they were read");
            }
        }

        // Without an end the second signal came: the process leaves at once, with the engine still in its goodbyes.
        return end is null ? ExitCodes.Interrupted : Conclude(end, wait, signals, door);
    }

    private static async Task<ClientEnd> RunEngineAsync(IEngine engine, EventQueue events, CancellationToken stop)
    {
        try
        {
            return await engine.RunAsync(stop);
        }
        finally
        {
            events.Complete();
        }
    }

    private void Begin(IRunOutput output, RunDoor door)
    {
        foreach (var warning in plan.Warnings)
        {
            output.Say(Verbosity.Warn, $"warning: {warning}");
        }

        if (door.Open() is { } closed)
        {
            output.Say(Verbosity.Warn, $"warning: {closed}");
        }
    }

    /// <summary>Shows the events until the engine has ended (true) or the user will not wait any longer (false).</summary>
    private async Task<bool> FollowAsync(EventQueue events, IRunOutput output, CancellationTokenSource stop, CancellationTokenSource wait, CancellationToken abandon)
    {
        try
        {
            while (await events.NextAsync(abandon) is { } happened)
            {
                // What ends after a stop was asked for has not failed.
                if (!stop.IsCancellationRequested)
                {
                    _progress.Apply(happened);
                }

                output.Show(happened);
                if (_progress.Settled)
                {
                    wait.CancelAfter(Timeout.InfiniteTimeSpan);
                }
                else if (_progress.AllFailed is not null)
                {
                    await stop.CancelAsync();
                }
            }

            return true;
        }
        catch (OperationCanceledException) when (abandon.IsCancellationRequested)
        {
            return false;
        }
    }

    private int Conclude(ClientEnd end, CancellationTokenSource wait, StopSignals signals, RunDoor door)
    {
        if (wait.IsCancellationRequested && !_progress.Settled)
        {
            return FailureReport.Print(around, plan.Json, Failure.Of(ConnectionErrors.WaitElapsed, $"Not every tunnel was ready within {plan.Wait?.TotalSeconds:0.###} s."));
        }

        if ((end.Failure ?? _progress.AllFailed) is { } failure)
        {
            return FailureReport.Print(around, plan.Json, failure);
        }

        return signals.Stop.IsCancellationRequested && !_progress.EverReady && !door.StopAsked ? ExitCodes.Interrupted : ExitCodes.Success;
    }

    private async Task<List<Failure>> CheckTargetsAsync(CancellationToken stop)
    {
        var found = await Task.WhenAll(plan.Options.Tunnels.Select(tunnel => TargetCheck.LookAsync(tunnel, plan.Options.TargetTimeout, around.Time, stop)));
        return [.. found.OfType<Failure>()];
    }

    private IRunOutput ChooseOutput(IEngine engine) =>
        plan.Json ? new JsonOutput(around, plan.Verbosity)
        : around.Terminal is { } terminal ? PanelOutput.Start(around, terminal, () => engine.Status)
        : new PipeOutput(around, plan.Verbosity);
}
