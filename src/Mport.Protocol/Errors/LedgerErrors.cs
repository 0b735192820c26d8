namespace Mport.Protocol.Errors;

/// <summary>Events and the audit over the API: 152x.</summary>
public static class LedgerErrors
{
    /// <summary>No event has the id of Last-Event-ID.</summary>
    public static ErrorDescription PlaceUnknown { get; } = new()
    {
        Code = new(1520),
        Title = "No event has this id",
        Why = "Last-Event-ID names an event that does not exist, is another account's, or is so old that it was removed.",
        Fix = "Leave the header out to follow from now on, and read what is missing with GET /api/v1/events.",
    };

    /// <summary>Too many streams.</summary>
    public static ErrorDescription TooManyStreams { get; } = new()
    {
        Code = new(1521),
        Title = "Too many streams of events",
        Why = "An account may follow the events 16 times at one time, all together 500 times.",
        Fix = "Close a stream that is not needed, and try again.",
    };

    /// <summary>The reader is too slow.</summary>
    public static ErrorDescription ReaderSlow { get; } = new()
    {
        Code = new(1522),
        Title = "The stream was read too slowly",
        Why = "Events came faster than the reader took them, so that more waited for it than may.",
        Fix = "Connect again with Last-Event-ID: what was missed comes first.",
    };

    /// <summary>The event log is not whole.</summary>
    public static ErrorDescription ChainBroken { get; } = new()
    {
        Code = new(1523),
        Title = "The event log is not whole",
        Why = "An event was changed, inserted or removed since it was written: the hashes do not follow from each other, or the log ends before a place that is known to have been there.",
        Fix = "Treat the log and the machine as tampered with: keep a copy of the database, compare it with a backup, and find out who could write to it.",
    };

    /// <summary>A quota's subject does not exist.</summary>
    public static ErrorDescription QuotaSubjectUnknown { get; } = new()
    {
        Code = new(1524),
        Title = "There is nothing that the quota could be for",
        Why = "A quota is for an account, a token or a tunnel; none has this id or address.",
        Fix = "See `mportd user list` and `mportd token list`.",
    };

    /// <summary>Limits do not fit.</summary>
    public static ErrorDescription QuotaInvalid { get; } = new()
    {
        Code = new(1525),
        Title = "The limits cannot be used",
        Why = "Each limit is a number of 0 (no limit) or more; numbers of tunnels, names and ports are for accounts alone.",
        Fix = "See docs/quotas.md for what each subject may have.",
    };

    internal static ErrorDescription[] All { get; } = [PlaceUnknown, TooManyStreams, ReaderSlow, ChainBroken, QuotaSubjectUnknown, QuotaInvalid];
}
