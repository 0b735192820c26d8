using Mport.Protocol.Control;
using Mport.Client.Sessions;

namespace Mport.Client.Health;

/// <summary>The health check of one tunnel: looks again and again for as long as the run wants the tunnel, and tells the edge what it finds.</summary>
internal sealed class HealthLoop(HostedTunnel tunnel, HealthCheck check, EngineContext context)
{
    // For a log line at the edge.
    private const int MaxText = 200;

    /// <summary>Looks until the run is over or the tunnel is wanted no more.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        using var probe = new HealthProbe(tunnel.Spec, check, context);
        var judge = new HealthJudge(check.Threshold);
        try
        {
            while (tunnel.Ended is null)
            {
                if (judge.Judge(await probe.LookAsync(stop)) is { } verdict)
                {
                    tunnel.Health.Set(verdict);
                    context.Tell(new TunnelHealthChanged(tunnel.Spec, verdict.Healthy, verdict.Text));
                }

                await Task.Delay(check.Interval, context.Time, stop);
            }
        }
        catch (OperationCanceledException)
        {
            // The run is over.
        }
    }

    /// <summary>Tells one session's edge each verdict, and again whenever the tunnel has got a new number or the session a new control stream.</summary>
    /// <param name="tunnel">The tunnel.</param>
    /// <param name="table">The session's numbers.</param>
    /// <param name="control">The session's control streams.</param>
    /// <param name="closing">The session is being closed.</param>
    public static async Task TellAsync(HostedTunnel tunnel, SessionTunnels table, ControlLoop control, CancellationToken closing)
    {
        object? told = null;
        try
        {
            while (!closing.IsCancellationRequested)
            {
                var changed = tunnel.Health.Changed;
                if (tunnel.Health.Verdict is { } verdict && table.NumberOf(tunnel) is { } number)
                {
                    var news = (control.Stream, number, verdict.Healthy);
                    var message = new TunnelHealth { Number = number, Healthy = verdict.Healthy, Text = verdict.Text.Length <= MaxText ? verdict.Text : verdict.Text[..MaxText] };
                    if (!news.Equals(told) && await control.TellAsync(message, closing))
                    {
                        told = news;
                    }
                }

                await changed.WaitAsync(closing);
            }
        }
        catch (OperationCanceledException)
        {
            // The session is being closed.
        }
    }
}
