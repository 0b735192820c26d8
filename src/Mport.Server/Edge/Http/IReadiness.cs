namespace Mport.Server.Edge.Http;

/// <summary>Whether the edge can do its work, for <c>/readyz</c>.</summary>
internal interface IReadiness
{
    /// <summary>Null when ready; else why not, in a few words that may be shown to anybody: "draining", "the database does not answer".</summary>
    ValueTask<string?> FindObstacleAsync(CancellationToken cancellationToken);
}
