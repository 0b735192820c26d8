using Mport.Server.Quotas;
using Mport.Server.Traffic;

namespace Mport.Server.Hosting.Settings;

/// <summary>The options that say what an account may have by default, and how long what was counted is kept; docs/quotas.md has a line for each.</summary>
internal static class QuotaOptions
{
    public static readonly EdgeOption<int> Tunnels = new(
        "quota-tunnels", "N", "Tunnels that an account may have, open or not, 0 to 1000000; one more is refused. 0: no limit.", OptionValues.ReadNumber)
    {
        Default = "0",
        Property = nameof(QuotaDefaults.Tunnels),
    };

    public static readonly EdgeOption<int> Names = new(
        "quota-names", "N", "Subdomains that an account may have, 0 to 1000000. 0: no limit.", OptionValues.ReadNumber)
    {
        Default = "0",
        Property = nameof(QuotaDefaults.Names),
    };

    public static readonly EdgeOption<int> Ports = new(
        "quota-ports", "N", "Public ports that an account may have, 0 to 65535. 0: no limit.", OptionValues.ReadNumber)
    {
        Default = "0",
        Property = nameof(QuotaDefaults.Ports),
    };

    public static readonly EdgeOption<int> Connections = new(
        "quota-connections", "N", "Visitors of an account at one time, 0 to 10000000; one more is turned away. 0: no limit.", OptionValues.ReadNumber)
    {
        Default = "0",
        Property = nameof(QuotaDefaults.Connections),
    };

    public static readonly EdgeOption<long> Bandwidth = new(
        "quota-bandwidth", "RATE", "Bytes a second of an account, each way, 0 to 1024G; what is more waits. 0: no limit.", OptionValues.ReadRate)
    {
        Default = "0",
        Property = nameof(QuotaDefaults.Bandwidth),
    };

    public static readonly EdgeOption<long> BytesPerDay = new(
        "quota-bytes-per-day", "SIZE", "Bytes of an account a day, both ways together, 0 to 1048576G; a day begins at midnight UTC. 0: no limit.", OptionValues.ReadSize)
    {
        Default = "0",
        Property = nameof(QuotaDefaults.BytesPerDay),
    };

    public static readonly EdgeOption<long> BytesPerMonth = new(
        "quota-bytes-per-month", "SIZE", "The same a month, 0 to 1048576G. 0: no limit.", OptionValues.ReadSize)
    {
        Default = "0",
        Property = nameof(QuotaDefaults.BytesPerMonth),
    };

    public static readonly EdgeOption<int> RequestsPerDay = new(
        "quota-requests-per-day", "N", "HTTP requests of an account a day, 0 to 2000000000. 0: no limit.", OptionValues.ReadNumber)
    {
        Default = "0",
        Property = nameof(QuotaDefaults.RequestsPerDay),
    };

    public static readonly EdgeOption<QuotaAction> Action = new(
        "quota-action", "WHAT", "What happens when bytes or requests of an account are used up: stop or throttle.", OptionValues.ReadQuotaAction)
    {
        Default = "stop",
        Property = nameof(QuotaDefaults.Action),
    };

    public static readonly EdgeOption<long> ThrottleTo = new(
        "quota-throttle-to", "RATE", "Bytes a second, each way, of an account that is throttled, 1k to 1024G.", OptionValues.ReadRate)
    {
        Default = "64k",
        Property = nameof(QuotaDefaults.ThrottleTo),
    };

    public static readonly EdgeOption<TimeSpan> KeepMinutes = new(
        "usage-keep-minutes", "TIME", "How long usage by minutes is kept, 1h to 400d.", OptionValues.ReadDuration)
    {
        Default = "2d",
        Property = nameof(UsageOptions.KeepMinutes),
    };

    public static readonly EdgeOption<TimeSpan> KeepHours = new(
        "usage-keep-hours", "TIME", "How long usage by hours is kept, 1d to 4000d.", OptionValues.ReadDuration)
    {
        Default = "62d",
        Property = nameof(UsageOptions.KeepHours),
    };

    public static readonly EdgeOption<TimeSpan> KeepDays = new(
        "usage-keep-days", "TIME", "How long usage by days is kept, 32d to 4000d.", OptionValues.ReadDuration)
    {
        Default = "800d",
        Property = nameof(UsageOptions.KeepDays),
    };

    /// <summary>All of them, in the order of the help.</summary>
    public static IReadOnlyList<EdgeOption> All { get; } =
        [Tunnels, Names, Ports, Connections, Bandwidth, BytesPerDay, BytesPerMonth, RequestsPerDay, Action, ThrottleTo, KeepMinutes, KeepHours, KeepDays];

    /// <summary>Reads the quotas.</summary>
    public static QuotaDefaults Read(EdgeSettingsReader reader, QuotaDefaults defaults) => defaults with
    {
        Tunnels = reader.Get(Tunnels, defaults.Tunnels),
        Names = reader.Get(Names, defaults.Names),
        Ports = reader.Get(Ports, defaults.Ports),
        Connections = reader.Get(Connections, defaults.Connections),
        Bandwidth = reader.Get(Bandwidth, defaults.Bandwidth),
        BytesPerDay = reader.Get(BytesPerDay, defaults.BytesPerDay),
        BytesPerMonth = reader.Get(BytesPerMonth, defaults.BytesPerMonth),
        RequestsPerDay = reader.Get(RequestsPerDay, defaults.RequestsPerDay),
        Action = reader.Get(Action, defaults.Action),
        ThrottleTo = reader.Get(ThrottleTo, defaults.ThrottleTo),
    };

    /// <summary>Reads how long usage is kept.</summary>
    public static UsageOptions Read(EdgeSettingsReader reader, UsageOptions defaults) => defaults with
    {
        KeepMinutes = reader.Get(KeepMinutes, defaults.KeepMinutes),
        KeepHours = reader.Get(KeepHours, defaults.KeepHours),
        KeepDays = reader.Get(KeepDays, defaults.KeepDays),
    };
}
