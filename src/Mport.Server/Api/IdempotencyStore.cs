using Microsoft.EntityFrameworkCore;
using Mport.Server.Data;

namespace Mport.Server.Api;

/// <summary>All queries about requests that can be sent again.</summary>
internal sealed class IdempotencyStore(IDbContextFactory<EdgeDbContext> contexts, TimeProvider time)
{
    /// <summary>How long an answer is kept.</summary>
    public static readonly TimeSpan Kept = TimeSpan.FromHours(24);

    /// <summary>How long a request counts as under way: longer than any takes. After it, an edge that died in the middle is no obstacle.</summary>
    public static readonly TimeSpan UnderWay = TimeSpan.FromMinutes(2);

    /// <summary>Begins a request: null when it is the first of its key, else what is known of the one before.</summary>
    public async Task<IdempotencyRow?> BeginAsync(byte[] keyHash, byte[] requestHash, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var now = time.GetUtcNow();
        var (tooOld, dead) = (now - Kept, now - UnderWay);

        // Few at a time lie that long; the index on the time finds them.
        await context.IdempotentRequests.Where(r => r.CreatedAt < tooOld || (r.KeyHash == keyHash && r.Answer == null && r.CreatedAt < dead)).ExecuteDeleteAsync(cancellationToken);
        if (await context.IdempotentRequests.AsNoTracking().FirstOrDefaultAsync(r => r.KeyHash == keyHash, cancellationToken) is { } known)
        {
            return known;
        }

        context.IdempotentRequests.Add(new IdempotencyRow { KeyHash = keyHash, RequestHash = requestHash, CreatedAt = now });
        try
        {
            await context.SaveChangesAsync(cancellationToken);
            return null;
        }
        catch (DbUpdateException faster) when (context.IsUniqueViolation(faster))
        {
            // The same request came twice at one moment.
            return new IdempotencyRow { KeyHash = keyHash, RequestHash = requestHash, CreatedAt = now };
        }
    }

    /// <summary>Keeps the answer.</summary>
    public async Task EndAsync(byte[] keyHash, byte[] answer, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        await context.IdempotentRequests.Where(r => r.KeyHash == keyHash).ExecuteUpdateAsync(set => set.SetProperty(r => r.Answer, answer), cancellationToken);
    }

    /// <summary>The request changed nothing: its key is free again.</summary>
    public async Task ForgetAsync(byte[] keyHash, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        await context.IdempotentRequests.Where(r => r.KeyHash == keyHash).ExecuteDeleteAsync(cancellationToken);
    }
}
