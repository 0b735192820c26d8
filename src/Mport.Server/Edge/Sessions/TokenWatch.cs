using Mport.Protocol.Errors;
using Mport.Server.Accounts;

namespace Mport.Server.Edge.Sessions;

/// <summary>Ends the sessions of tokens that were revoked, have expired, or whose account was disabled, by whatever process that was done.</summary>
internal sealed class TokenWatch(TokenStore tokens, SessionRegistry sessions, SessionLimits limits, TimeProvider time, ILogger<TokenWatch> logger)
{
    /// <summary>Runs until cancelled. A database that does not answer is tried again at the next turn; sessions go on meanwhile (REL-05).</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            await Task.Delay(limits.TokenWatchInterval, time, cancellationToken);
            try
            {
                await LookAsync(cancellationToken);
            }
            catch (Exception error) when (error is not OperationCanceledException)
            {
                logger.TokenWatchFailed(error.Message);
            }
        }
    }

    private async Task LookAsync(CancellationToken cancellationToken)
    {
        var all = sessions.All;
        if (all.Count == 0)
        {
            return;
        }

        var ended = (await tokens.FindEndedAsync(all.Select(s => s.Identity.TokenId).ToHashSet(), cancellationToken)).ToDictionary(e => e.Id, e => e.Why);
        foreach (var session in all)
        {
            if (ended.TryGetValue(session.Identity.TokenId, out var why))
            {
                session.End(Failure.Of(why));
            }
        }
    }
}
