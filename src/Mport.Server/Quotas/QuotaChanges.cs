using System.Globalization;
using Mport.Protocol.Errors;
using Mport.Server.Accounts;
using Mport.Server.Events;

namespace Mport.Server.Quotas;

/// <summary>What may be set as a quota, and what the event log says about it.</summary>
internal static class QuotaChanges
{
    /// <summary>More than anybody has; keeps sums of it within 64 bits.</summary>
    public const long MaxLimit = 1L << 50;

    /// <summary>Why the limits cannot be used for this kind of subject; null when they can.</summary>
    public static Failure? Check(QuotaKind kind, QuotaLimits limits)
    {
        foreach (var (name, value) in Numbers(limits))
        {
            if (value is < 0 or > MaxLimit)
            {
                return Failure.Of(LedgerErrors.QuotaInvalid, $"{name} must be 0 to {MaxLimit}.");
            }
        }

        if (kind is not (QuotaKind.Account or QuotaKind.Team) && (limits.Tunnels ?? limits.Names ?? limits.Ports) is not null)
        {
            return Failure.Of(LedgerErrors.QuotaInvalid, $"tunnels, names and ports are for accounts and teams, not for a {kind.ToText()}.");
        }

        return limits.ThrottleTo is < 1024 ? Failure.Of(LedgerErrors.QuotaInvalid, "throttle_to must be at least 1024 bytes a second.") : null;
    }

    /// <summary>A quota was set.</summary>
    public static EdgeEvent Set(EventActor actor, QuotaSubject subject, UserId owner, QuotaLimits? before, QuotaLimits after) =>
        Of(EventKinds.QuotaSet, actor, subject, owner) with { Before = before is null ? null : ToProperties(before), After = ToProperties(after) };

    /// <summary>A quota was taken away.</summary>
    public static EdgeEvent Cleared(EventActor actor, QuotaSubject subject, UserId? owner, QuotaLimits before) =>
        Of(EventKinds.QuotaCleared, actor, subject, owner) with { Before = ToProperties(before) };

    /// <summary><c>stop</c> or <c>throttle</c>.</summary>
    public static string ToText(this QuotaAction action) => action is QuotaAction.Throttle ? "throttle" : "stop";

    /// <summary>Reads what <see cref="ToText(QuotaAction)"/> writes.</summary>
    public static QuotaAction? ParseAction(string? text) => text switch
    {
        "stop" => QuotaAction.Stop,
        "throttle" => QuotaAction.Throttle,
        _ => null,
    };

    /// <summary>The limits of which something is said, by their names.</summary>
    public static Dictionary<string, string?> ToProperties(QuotaLimits limits)
    {
        var properties = Numbers(limits).Where(one => one.Value is not null).ToDictionary(one => one.Name, one => one.Value?.ToString(CultureInfo.InvariantCulture));
        if (limits.Action is { } action)
        {
            properties["action"] = action.ToText();
        }

        return properties;
    }

    private static IEnumerable<(string Name, long? Value)> Numbers(QuotaLimits limits) =>
    [
        ("tunnels", limits.Tunnels), ("names", limits.Names), ("ports", limits.Ports), ("connections", limits.Connections), ("bandwidth", limits.Bandwidth),
        ("bytes_per_day", limits.BytesPerDay), ("bytes_per_month", limits.BytesPerMonth), ("requests_per_day", limits.RequestsPerDay), ("throttle_to", limits.ThrottleTo),
    ];

    private static EdgeEvent Of(EventKind kind, EventActor actor, QuotaSubject subject, UserId? owner) => new()
    {
        Kind = kind,
        Actor = actor,
        AccountId = owner,
        Subject = new EventSubject(subject.Kind is QuotaKind.Account ? "user" : subject.Kind.ToText(), subject.Id),
    };
}
