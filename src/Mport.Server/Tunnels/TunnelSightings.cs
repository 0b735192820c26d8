using Mport.Server.Accounts;

namespace Mport.Server.Tunnels;

/// <summary>Notes which tunnels are open, so that the port of one that stays open for weeks does not count as abandoned after a restart.</summary>
internal sealed class TunnelSightings(TunnelStore store, TunnelRegistry registry, TimeProvider time, ILogger<TunnelSightings> logger)
{
    // Against the 30 days after which a port may go to somebody else, an hour is nothing.
    private static readonly TimeSpan Interval = TimeSpan.FromHours(1);

    /// <summary>Runs until cancelled. A database that does not answer is tried again at the next turn.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            await Task.Delay(Interval, time, cancellationToken);
            try
            {
                await store.TouchAsync(registry.OpenIds(), cancellationToken);
            }
            catch (Exception error) when (error is not OperationCanceledException)
            {
                logger.SightingsNotWritten(error.Message);
            }
        }
    }
}
