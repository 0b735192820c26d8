using System.Collections.Concurrent;
using Mport.Protocol.Errors;
using Mport.Server.Accounts;
using Mport.Server.Api;

namespace Mport.Server.Events;

/// <summary>Those who follow the log over HTTP: not more than the edge can serve. Thread-safe.</summary>
internal sealed class EventStreams(EventStore store, EventFeed feed, TokenStore tokens, TimeProvider time)
{
    /// <summary>Streams of one account at one time.</summary>
    public const int MaxPerAccount = 16;

    /// <summary>Streams at one time.</summary>
    public const int Max = 500;

    private readonly ConcurrentDictionary<UserId, int> _open = new();

    /// <summary>There are too many.</summary>
    public static ApiProblem Full { get; } = ApiProblem.Of(StatusCodes.Status429TooManyRequests, LedgerErrors.TooManyStreams) with { RetryAfter = TimeSpan.FromSeconds(5) };

    /// <summary>No event of the caller's has the id.</summary>
    public static ApiProblem UnknownPlace { get; } = ApiProblem.Of(StatusCodes.Status400BadRequest, LedgerErrors.PlaceUnknown);

    /// <summary>A stream behind a place; null when there are too many.</summary>
    public EventStreamResult? TryOpen(ApiCaller caller, EventQuery query, long behind)
    {
        var count = _open.AddOrUpdate(caller.UserId, 1, static (_, before) => before + 1);
        if (count <= MaxPerAccount && feed.Listeners < Max)
        {
            return new EventStreamResult(store, feed, tokens, caller, query, behind, () => Leave(caller.UserId), time);
        }

        Leave(caller.UserId);
        return null;
    }

    private void Leave(UserId account) => _open.AddOrUpdate(account, 0, static (_, before) => before - 1);
}
