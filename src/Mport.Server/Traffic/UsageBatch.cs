namespace Mport.Server.Traffic;

/// <summary>What is to be written at one time. It never changes: however often it is tried, it is counted once.</summary>
/// <param name="Number">The first of an edge is 1, the next 2, and so on.</param>
/// <param name="Counts">By what and minute.</param>
internal sealed record UsageBatch(long Number, IReadOnlyDictionary<UsageMinute, UsageCount> Counts);

/// <summary>One minute of what is counted together.</summary>
/// <param name="Key">By what it is counted.</param>
/// <param name="Start">The minute; an hour, where the database could not be written for so long that minutes had no room.</param>
internal readonly record struct UsageMinute(UsageKey Key, DateTimeOffset Start);
