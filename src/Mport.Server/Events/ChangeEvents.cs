using System.Globalization;
using System.Net;
using Mport.Protocol.Errors;
using Mport.Server.Accounts;

namespace Mport.Server.Events;

/// <summary>Events of changes and of people who come and go, from what their sites know.</summary>
internal static class ChangeEvents
{
    /// <summary>Writes that something was changed, and completes when it stands. Whoever asked for the change cannot take its event back by going away.</summary>
    /// <inheritdoc cref="Of" />
    public static Task ChangedAsync(
        this IEventLog log, EventKind kind, EventActor actor, UserId? account, EventSubject subject, params (string Name, string? Before, string? After)[] changes) =>
        log.RecordAsync(Of(kind, actor, account, subject, changes), CancellationToken.None);

    /// <summary>Something was changed.</summary>
    /// <param name="kind">What happened.</param>
    /// <param name="actor">Who did it.</param>
    /// <param name="account">Whose the subject is.</param>
    /// <param name="subject">What it happened to.</param>
    /// <param name="changes">The properties that changed, by their names in the API; those that are alike before and after are left out.</param>
    public static EdgeEvent Of(EventKind kind, EventActor actor, UserId? account, EventSubject subject, params (string Name, string? Before, string? After)[] changes)
    {
        var changed = changes.Where(change => change.Before != change.After).ToList();
        return new EdgeEvent
        {
            Kind = kind,
            Actor = actor,
            AccountId = account,
            Subject = subject,
            Before = changed.Exists(change => change.Before is not null) ? changed.ToDictionary(change => change.Name, change => change.Before) : null,
            After = changed.Exists(change => change.After is not null) ? changed.ToDictionary(change => change.Name, change => change.After) : null,
        };
    }

    /// <summary>Somebody was not let in.</summary>
    /// <param name="claimed">Who he says he is: a token's id, an e-mail address; null when he says nothing of the kind.</param>
    /// <param name="address">From where.</param>
    /// <param name="refusal">Why.</param>
    /// <param name="more">How many like this were not written down since the last.</param>
    public static EdgeEvent Refused(string? claimed, IPAddress address, Failure refusal, long more) => new()
    {
        Kind = EventKinds.LoginRefused,
        Actor = EventActor.Unknown(claimed, address),
        Code = refusal.Code.ToString(),
        Reason = refusal.Text,
        After = more == 0 ? null : new Dictionary<string, string?> { ["more"] = more.ToString(CultureInfo.InvariantCulture) },
    };
}
