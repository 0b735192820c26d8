using System.ComponentModel.DataAnnotations;
using System.Diagnostics;

namespace Mport.Server.Traffic;

/// <summary>How long usage is kept.</summary>
internal sealed record UsageOptions
{
    /// <summary>The minutes. Default 2 days; older ones are removed each hour.</summary>
    [Range(typeof(TimeSpan), "01:00:00", "400.00:00:00")]
    public TimeSpan KeepMinutes { get; init; } = TimeSpan.FromDays(2);

    /// <summary>The hours. Default 62 days.</summary>
    [Range(typeof(TimeSpan), "1.00:00:00", "4000.00:00:00")]
    public TimeSpan KeepHours { get; init; } = TimeSpan.FromDays(62);

    /// <summary>The days. Default 800 days; at least 32, since a month's quota is counted by them.</summary>
    [Range(typeof(TimeSpan), "32.00:00:00", "4000.00:00:00")]
    public TimeSpan KeepDays { get; init; } = TimeSpan.FromDays(800);

    /// <summary>How long this step is kept.</summary>
    public TimeSpan KeepOf(UsageStep step) => step switch
    {
        UsageStep.Minute => KeepMinutes,
        UsageStep.Hour => KeepHours,
        UsageStep.Day => KeepDays,
        _ => throw new UnreachableException(),
    };
}
