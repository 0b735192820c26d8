using Microsoft.EntityFrameworkCore;
using Mport.Protocol.Identity;
using Mport.Server.Data;

namespace Mport.Server.Accounts.Devices;

/// <summary>All queries about machines that wait for their login to be approved.</summary>
internal sealed class DeviceLoginStore(IDbContextFactory<EdgeDbContext> contexts, AccountKey key, TimeProvider time)
{
    /// <summary>How long the codes work.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(10);

    /// <summary>Seconds between two questions of a machine, to begin with; one that asks sooner has to leave as many more.</summary>
    public const int FirstInterval = 2;

    /// <summary>Machines that may wait at one time.</summary>
    public const int MaxWaiting = 1_000;

    private const int LongestInterval = 60;
    private const string Purpose = "user code";

    /// <summary>Begins a login; null when too many wait.</summary>
    public async Task<BegunDeviceLogin?> BeginAsync(string machine, string address, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        await context.DeviceLogins.Where(d => d.ExpiresAt <= now).ExecuteDeleteAsync(cancellationToken);
        if (await context.DeviceLogins.CountAsync(cancellationToken) >= MaxWaiting)
        {
            return null;
        }

        var (device, code) = (OneTimeSecret.Create(), UserCode.Create());
        context.DeviceLogins.Add(new DeviceLoginRow
        {
            DeviceHash = OneTimeSecret.Hash(device),
            UserHash = key.Mac(Purpose, code),
            Machine = MachineName.Of(machine),
            Address = address,
            ExpiresAt = now + Lifetime,
            IntervalSeconds = FirstInterval,
        });
        await context.SaveChangesAsync(cancellationToken);
        return new BegunDeviceLogin(device, code);
    }

    /// <summary>The machine that shows this code and on which nobody has decided, or null.</summary>
    public async Task<WaitingDevice?> FindAsync(string code, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        return await Undecided(context, code).Select(d => new WaitingDevice(d.Machine, d.Address)).FirstOrDefaultAsync(cancellationToken);
    }

    /// <summary>Decides on a machine; false when its code does not work any more.</summary>
    public async Task<bool> DecideAsync(string code, UserId by, bool approve, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        UserId? user = by;
        return await Undecided(context, code)
            .ExecuteUpdateAsync(set => set.SetProperty(d => d.UserId, user).SetProperty(d => d.IsApproved, approve), cancellationToken) > 0;
    }

    /// <summary>A machine asks. Where somebody approved it, the answer is given once.</summary>
    public async Task<DeviceAnswer> PollAsync(Secret device, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var hash = OneTimeSecret.Hash(device);
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var row = await context.DeviceLogins.Where(d => d.DeviceHash == hash && d.ExpiresAt > now)
            .Select(d => new { d.Machine, d.UserId, d.IsApproved, d.PolledAt, d.IntervalSeconds, IsDisabled = d.User != null && d.User.DisabledAt != null })
            .FirstOrDefaultAsync(cancellationToken);
        if (row is null)
        {
            return new DeviceAnswer.Gone();
        }

        if (row.UserId is { } user)
        {
            var taken = await context.DeviceLogins.Where(d => d.DeviceHash == hash).ExecuteDeleteAsync(cancellationToken) > 0;
            return !taken ? new DeviceAnswer.Gone() : row.IsApproved && !row.IsDisabled ? new DeviceAnswer.Approved(user, row.Machine) : new DeviceAnswer.Denied();
        }

        // A little less counts as enough: the network may bring two questions closer together.
        var tooSoon = row.PolledAt is { } last && now - last < TimeSpan.FromSeconds(row.IntervalSeconds * 0.8);
        var interval = tooSoon ? Math.Min(row.IntervalSeconds + FirstInterval, LongestInterval) : row.IntervalSeconds;
        await context.DeviceLogins.Where(d => d.DeviceHash == hash)
            .ExecuteUpdateAsync(set => set.SetProperty(d => d.PolledAt, now).SetProperty(d => d.IntervalSeconds, interval), cancellationToken);
        return new DeviceAnswer.Waiting(TimeSpan.FromSeconds(interval), tooSoon);
    }

    private IQueryable<DeviceLoginRow> Undecided(EdgeDbContext context, string code)
    {
        var now = time.GetUtcNow();
        var hash = key.Mac(Purpose, code);
        return context.DeviceLogins.Where(d => d.UserHash == hash && d.ExpiresAt > now && d.UserId == null);
    }
}

/// <summary>A login just begun: the only moment at which its codes are known.</summary>
/// <param name="Device">For the machine alone.</param>
/// <param name="Code">For the person.</param>
internal sealed record BegunDeviceLogin(Secret Device, string Code);

/// <summary>A machine that waits.</summary>
/// <param name="Machine">What it calls itself.</param>
/// <param name="Address">Where it asked from.</param>
internal sealed record WaitingDevice(string Machine, string Address);
