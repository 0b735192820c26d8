using Mport.Server.Api;

namespace Mport.Server.Events;

/// <summary>The query of a list of events: <c>account, kind, actor, subject, from, to</c>. The framework fills it from the query string.</summary>
internal sealed record EventFilter
{
    private const int MaxText = 64;

    /// <summary>Whose: absent for one's own, an id, or <c>all</c>.</summary>
    public string? Account { get; init; }

    /// <summary>What happened: <c>token.created</c>, or <c>token.</c> for all that begins so.</summary>
    public string? Kind { get; init; }

    /// <summary>Who did it: an id.</summary>
    public string? Actor { get; init; }

    /// <summary>What it happened to: an id.</summary>
    public string? Subject { get; init; }

    /// <summary>From this moment on.</summary>
    public string? From { get; init; }

    /// <summary>Before this moment.</summary>
    public string? To { get; init; }

    /// <summary>The store's query, or what is wrong with this one.</summary>
    public (EventQuery? Query, ApiProblem? Problem) Read(ApiCaller caller, bool auditOnly)
    {
        var view = LedgerView.Of(caller, Account);
        DateTimeOffset? from = null;
        DateTimeOffset? to = null;
        var problem = view.Problem
            ?? TooLong("kind", Kind) ?? TooLong("actor", Actor) ?? TooLong("subject", Subject)
            ?? ApiMoment.Read("from", From, out from) ?? ApiMoment.Read("to", To, out to);
        return problem is not null ? (null, problem) : (new EventQuery
        {
            AccountId = view.AccountId,
            AuditOnly = auditOnly,
            Kind = Kind,
            ActorId = Actor,
            SubjectId = Subject,
            From = from,
            To = to,
        }, null);
    }

    private static ApiProblem? TooLong(string parameter, string? text) =>
        text is null || (text.Length is > 0 and <= MaxText && !text.Any(char.IsControl)) ? null : ApiMoment.Refuse(parameter, $"It must be 1 to {MaxText} plain characters.");
}
