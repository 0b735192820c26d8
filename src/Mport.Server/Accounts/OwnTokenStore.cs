using System.Linq.Expressions;
using Microsoft.EntityFrameworkCore;
using Mport.Server.Api;
using Mport.Server.Data;

namespace Mport.Server.Accounts;

/// <summary>Queries about the tokens of one account, which each of them names: another account's token is not there.</summary>
internal sealed class OwnTokenStore(IDbContextFactory<EdgeDbContext> contexts, TokenStore tokens, TimeProvider time)
{
    /// <summary>Tokens of one account that work, at most. Those that are revoked or expired do not count.</summary>
    public const int MaxPerAccount = 500;

    private static readonly Expression<Func<AccessTokenRow, TokenRecord>> _toRecord = t => new TokenRecord
    {
        Id = t.Id,
        Email = t.User!.Email,
        Name = t.Name,
        Scopes = t.Scopes,
        CreatedAt = t.CreatedAt,
        ExpiresAt = t.ExpiresAt,
        RevokedAt = t.RevokedAt,
        LastUsedAt = t.LastUsedAt,
        LastUsedAddress = t.LastUsedAddress,
        Limits = new TokenLimits { Networks = t.Networks, Names = t.Names, ExpiresAt = t.ExpiresAt },
        Revision = t.Revision,
    };

    /// <summary>A page of the account's tokens; the search looks at their names.</summary>
    public async Task<IReadOnlyList<TokenRecord>> ListAsync(UserId owner, ListQuery query, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var rows = context.Tokens.Where(t => t.UserId == owner);
        if (query.Search is { } search)
        {
            var pattern = KeysetPaging.Containing(search);
            rows = rows.Where(t => EF.Functions.Like(t.Name.ToLower(), pattern, "\\"));
        }

        return await rows.Page(query, t => t.Id, text => new TokenId(text), query.Sort == "name" ? t => t.Name : null).Select(_toRecord).ToListAsync(cancellationToken);
    }

    /// <summary>The account's token of this id, or null.</summary>
    public async Task<TokenRecord?> FindAsync(UserId owner, TokenId id, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        return await context.Tokens.Where(t => t.UserId == owner && t.Id == id).Select(_toRecord).FirstOrDefaultAsync(cancellationToken);
    }

    /// <summary>Makes a token; null when the account has as many as it may have.</summary>
    public async Task<IssuedToken?> CreateAsync(NewToken token, CancellationToken cancellationToken)
    {
        await using (var context = await contexts.CreateDbContextAsync(cancellationToken))
        {
            var now = time.GetUtcNow();
            var owner = token.UserId;
            if (await context.Tokens.CountAsync(t => t.UserId == owner && t.RevokedAt == null && (t.ExpiresAt == null || t.ExpiresAt > now), cancellationToken) >= MaxPerAccount)
            {
                return null;
            }
        }

        return await tokens.CreateAsync(token, cancellationToken);
    }

    /// <summary>Gives a token another name if it is still of this revision; false when it is not, or there is none.</summary>
    public async Task<bool> RenameAsync(UserId owner, TokenId id, long revision, TokenName name, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        return await context.Tokens.Where(t => t.UserId == owner && t.Id == id && t.Revision == revision)
            .ExecuteUpdateAsync(set => set.SetProperty(t => t.Name, name.Value).SetProperty(t => t.Revision, t => t.Revision + 1), cancellationToken) > 0;
    }

    /// <summary>Revokes a token; false when the account has none of this id. A second time changes nothing.</summary>
    public async Task<bool> RevokeAsync(UserId owner, TokenId id, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        DateTimeOffset? now = time.GetUtcNow();
        return await context.Tokens.Where(t => t.UserId == owner && t.Id == id)
            .ExecuteUpdateAsync(set => set.SetProperty(t => t.RevokedAt, t => t.RevokedAt ?? now).SetProperty(t => t.Revision, t => t.Revision + 1), cancellationToken) > 0;
    }

    /// <summary>Lets a token work no longer than to this moment.</summary>
    public async Task LimitAsync(UserId owner, TokenId id, DateTimeOffset end, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        DateTimeOffset? last = end;
        await context.Tokens.Where(t => t.UserId == owner && t.Id == id && (t.ExpiresAt == null || t.ExpiresAt > last))
            .ExecuteUpdateAsync(set => set.SetProperty(t => t.ExpiresAt, last).SetProperty(t => t.Revision, t => t.Revision + 1), cancellationToken);
    }
}
