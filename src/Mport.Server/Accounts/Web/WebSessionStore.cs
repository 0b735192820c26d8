using System.Data.Common;
using System.Linq.Expressions;
using Microsoft.EntityFrameworkCore;
using Mport.Protocol.Identity;
using Mport.Server.Data;

namespace Mport.Server.Accounts.Web;

/// <summary>
/// All queries about browsers' sessions. A session holds while its account is enabled and has the stamp under which it began, which is looked at in each
/// request: what ends it, ends it at once (SEC-68).
/// </summary>
internal sealed class WebSessionStore(IDbContextFactory<EdgeDbContext> contexts, TimeProvider time, ILogger<WebSessionStore> logger)
{
    /// <summary>The longest that a session lasts.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromDays(7);

    /// <summary>The longest that it may be unused.</summary>
    public static readonly TimeSpan Idle = TimeSpan.FromHours(24);

    /// <summary>How long the code may take after the password.</summary>
    public static readonly TimeSpan CodeTime = TimeSpan.FromMinutes(5);

    /// <summary>Sessions of one account at one time; a further one ends the one that was unused for longest.</summary>
    public const int MaxPerAccount = 50;

    /// <summary>The last use is known to the minute: finer would be a write for each request.</summary>
    private static readonly TimeSpan _seenStep = TimeSpan.FromMinutes(1);

    private static readonly Expression<Func<WebSessionRow, WebSession>> _toSession = row => new WebSession
    {
        Id = row.Id,
        UserId = row.UserId,
        Email = row.User!.Email,
        Role = UserRoles.Of(row.User.IsOwner, row.User.IsAdmin, row.User.IsAuditor),
        SecurityStamp = row.SecurityStamp,
        AwaitsCode = row.AwaitsCode,
        HasSecondFactor = row.User.TotpSince != null,
        CreatedAt = row.CreatedAt,
        LastSeenAt = row.LastSeenAt,
        ExpiresAt = row.ExpiresAt,
        Address = row.Address,
        UserAgent = row.UserAgent,
    };

    /// <summary>Begins a session under the stamp that the account had when it was let in.</summary>
    public async Task<BegunWebSession> BeginAsync(UserId user, long stamp, bool awaitsCode, WebVisitor visitor, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var cookie = OneTimeSecret.Create();
        var id = WebSessionId.Create(time);
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        await SweepAsync(context, user, now, cancellationToken);
        context.WebSessions.Add(new WebSessionRow
        {
            Id = id,
            Hash = OneTimeSecret.Hash(cookie),
            UserId = user,
            SecurityStamp = stamp,
            AwaitsCode = awaitsCode,
            CreatedAt = now,
            LastSeenAt = now,
            ExpiresAt = now + (awaitsCode ? CodeTime : Lifetime),
            Address = visitor.AddressText,
            UserAgent = visitor.UserAgent,
        });
        await context.SaveChangesAsync(cancellationToken);
        return new BegunWebSession(id, cookie);
    }

    /// <summary>The session of a cookie, if it holds; notes its use.</summary>
    public async Task<WebSession?> FindAsync(Secret cookie, WebVisitor visitor, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var hash = OneTimeSecret.Hash(cookie);
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var session = await Holding(context, now).Where(s => s.Hash == hash).Select(_toSession).FirstOrDefaultAsync(cancellationToken);
        if (session is not null && now - session.LastSeenAt >= _seenStep)
        {
            await NoteUseAsync(context, session.Id, visitor, now, cancellationToken);
        }

        return session;
    }

    /// <summary>The account's sessions that hold, the latest first.</summary>
    public async Task<IReadOnlyList<WebSession>> ListAsync(UserId user, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        return await Holding(context, time.GetUtcNow()).Where(s => s.UserId == user && !s.AwaitsCode)
            .OrderByDescending(s => s.LastSeenAt).ThenByDescending(s => s.Id).Select(_toSession).ToListAsync(cancellationToken);
    }

    /// <summary>Ends one of the account's sessions; false when it has none of this id.</summary>
    public async Task<bool> EndAsync(UserId user, WebSessionId id, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        return await context.WebSessions.Where(s => s.UserId == user && s.Id == id).ExecuteDeleteAsync(cancellationToken) > 0;
    }

    /// <summary>Ends the session of a cookie, if there is one.</summary>
    public async Task EndAsync(Secret cookie, CancellationToken cancellationToken)
    {
        var hash = OneTimeSecret.Hash(cookie);
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        await context.WebSessions.Where(s => s.Hash == hash).ExecuteDeleteAsync(cancellationToken);
    }

    /// <summary>Ends all of the account's sessions, or all but one.</summary>
    public async Task<int> EndAllAsync(UserId user, WebSessionId? but, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        return await context.WebSessions.Where(s => s.UserId == user && (but == null || s.Id != but)).ExecuteDeleteAsync(cancellationToken);
    }

    private static IQueryable<WebSessionRow> Holding(EdgeDbContext context, DateTimeOffset now)
    {
        var unused = now - Idle;
        return context.WebSessions.Where(s => s.ExpiresAt > now && s.LastSeenAt > unused && s.SecurityStamp == s.User!.SecurityStamp && s.User.DisabledAt == null);
    }

    // With each new one, so that the table holds what lives and a little more.
    private static async Task SweepAsync(EdgeDbContext context, UserId user, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await context.WebSessions.Where(s => s.ExpiresAt <= now).ExecuteDeleteAsync(cancellationToken);
        var surplus = await context.WebSessions.Where(s => s.UserId == user).OrderByDescending(s => s.LastSeenAt).Skip(MaxPerAccount - 1)
            .Select(s => s.Id).ToListAsync(cancellationToken);
        if (surplus.Count > 0)
        {
            await context.WebSessions.Where(s => EF.Parameter(surplus).Contains(s.Id)).ExecuteDeleteAsync(cancellationToken);
        }
    }

    private async Task NoteUseAsync(EdgeDbContext context, WebSessionId id, WebVisitor visitor, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var address = visitor.AddressText;
        try
        {
            await context.WebSessions.Where(s => s.Id == id)
                .ExecuteUpdateAsync(set => set.SetProperty(s => s.LastSeenAt, now).SetProperty(s => s.Address, address), cancellationToken);
        }
        catch (DbException unwritten)
        {
            // A full disk must not keep anybody out.
            logger.SessionUseNotWritten(id, unwritten.Message);
        }
    }
}
