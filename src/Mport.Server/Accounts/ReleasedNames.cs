using Microsoft.EntityFrameworkCore;
using Mport.Protocol.Errors;
using Mport.Server.Data;

namespace Mport.Server.Accounts;

/// <summary>The part of a claim that is about subdomains which somebody gave up: they rest before another account may have them (SEC-44).</summary>
internal static class ReleasedNames
{
    /// <summary>How long. Links, bookmarks and cookies live for weeks.</summary>
    private static readonly TimeSpan Rest = TimeSpan.FromDays(30);

    /// <summary>When the rest of a subdomain ends; null when this account may have it.</summary>
    public static async Task<DateTimeOffset?> FindRestAsync(EdgeDbContext context, UserId wants, string name, TimeProvider time, CancellationToken cancellationToken)
    {
        var since = time.GetUtcNow() - Rest;
        var released = await context.ReleasedNames.Where(r => r.Name == name && r.UserId != wants && r.ReleasedAt > since)
            .Select(r => (DateTimeOffset?)r.ReleasedAt).FirstOrDefaultAsync(cancellationToken);
        return released + Rest;
    }

    /// <summary>The failure for a subdomain that rests.</summary>
    public static Failure Refuse(string name, DateTimeOffset end) =>
        Failure.Of(TunnelErrors.NameTaken, $"The subdomain {name} was another account's until a while ago; others may have it from {end:u} on.");

    /// <summary>Notes that the account takes or gives up a subdomain at this moment; written with the rest of the change. Nothing for null.</summary>
    public static async Task NoteAsync(EdgeDbContext context, UserId owner, string? name, TimeProvider time, CancellationToken cancellationToken)
    {
        if (name is null)
        {
            return;
        }

        if (await context.ReleasedNames.FindAsync([name], cancellationToken) is not { } released)
        {
            context.ReleasedNames.Add(new ReleasedName { Name = name, UserId = owner, ReleasedAt = time.GetUtcNow() });
            return;
        }

        released.UserId = owner;
        released.ReleasedAt = time.GetUtcNow();
    }
}
