using Mport.Server.Accounts;
using Mport.Server.Edge.Http;

namespace Mport.Server.Hosting;

/// <summary>Whether the edge can serve: it is not being stopped, and its database answers.</summary>
internal sealed class EdgeReadiness(TokenStore tokens, TimeProvider time) : IReadiness
{
    // Whoever asks wants to know now; a database that takes longer is as good as gone.
    private static readonly TimeSpan DatabaseTimeout = TimeSpan.FromSeconds(2);

    private volatile string? _leaving;

    /// <summary>The edge is being stopped.</summary>
    public void Drain() => _leaving ??= "the edge is being stopped";

    /// <summary>Another process has taken the edge over; this one lets its visitors finish.</summary>
    public void HandOver() => _leaving = "another process has taken the edge over";

    /// <inheritdoc />
    public async ValueTask<string?> FindObstacleAsync(CancellationToken cancellationToken)
    {
        if (_leaving is { } obstacle)
        {
            return obstacle;
        }

        try
        {
            await tokens.AnyAsync(cancellationToken).WaitAsync(DatabaseTimeout, time, cancellationToken);
            return null;
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            return "the database does not answer";
        }
    }
}
