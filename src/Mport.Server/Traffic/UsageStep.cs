using System.Diagnostics;

namespace Mport.Server.Traffic;

/// <summary>How long the stretches of time are that usage is summed up by. The numbers stand in the database.</summary>
internal enum UsageStep
{
    /// <summary>A minute.</summary>
    Minute = 1,

    /// <summary>An hour.</summary>
    Hour = 2,

    /// <summary>A day, UTC.</summary>
    Day = 3,
}

/// <summary>The stretches as the API and the clock know them.</summary>
internal static class UsageSteps
{
    /// <summary>All of them.</summary>
    public static IReadOnlyList<UsageStep> All { get; } = [UsageStep.Minute, UsageStep.Hour, UsageStep.Day];

    /// <summary>Its length.</summary>
    public static TimeSpan Length(this UsageStep step) => step switch
    {
        UsageStep.Minute => TimeSpan.FromMinutes(1),
        UsageStep.Hour => TimeSpan.FromHours(1),
        UsageStep.Day => TimeSpan.FromDays(1),
        _ => throw new UnreachableException(),
    };

    /// <summary>The beginning of the stretch that a moment is in. All are aligned to midnight UTC.</summary>
    public static DateTimeOffset StartOf(this UsageStep step, DateTimeOffset moment) => new(moment.UtcTicks - (moment.UtcTicks % step.Length().Ticks), TimeSpan.Zero);

    /// <summary><c>minute</c>, <c>hour</c>, <c>day</c>.</summary>
    public static UsageStep? Parse(string? text) => text switch
    {
        "minute" => UsageStep.Minute,
        "hour" => UsageStep.Hour,
        "day" => UsageStep.Day,
        _ => null,
    };
}
