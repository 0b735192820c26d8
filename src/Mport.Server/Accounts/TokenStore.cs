using System.Data.Common;
using System.Net;
using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;
using Mport.Protocol.Errors;
using Mport.Protocol.Identity;
using Mport.Server.Data;

namespace Mport.Server.Accounts;

/// <summary>All queries about access tokens.</summary>
internal sealed class TokenStore(IDbContextFactory<EdgeDbContext> contexts, TimeProvider time, ILogger<TokenStore> logger)
{
    /// <summary>The last use is known to the minute: finer would be a write for each connection.</summary>
    private static readonly TimeSpan _lastUseStep = TimeSpan.FromMinutes(1);

    /// <summary>Compared with when no such key exists, so that a known and an unknown id cost the same.</summary>
    private static readonly byte[] _decoy = new byte[SHA256.HashSizeInBytes];

    /// <summary>Makes a token. The answer holds the token itself, which is kept nowhere.</summary>
    public async Task<IssuedToken> CreateAsync(NewToken token, CancellationToken cancellationToken)
    {
        var keyId = Ulid.Create(time);
        var secret = AccessToken.Create(keyId);
        var id = new TokenId(TokenId.Prefix + keyId);
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        context.Tokens.Add(new AccessTokenRow
        {
            Id = id,
            UserId = token.UserId,
            Name = token.Name.Value,
            Hash = AccessToken.Hash(secret),
            Scopes = token.Scopes,
            Networks = token.Limits.Networks,
            Names = token.Limits.Names,
            CreatedAt = time.GetUtcNow(),
            ExpiresAt = token.ExpiresAt,
        });
        await context.SaveChangesAsync(cancellationToken);
        return new IssuedToken(id, secret);
    }

    /// <summary>Looks a token up, and notes its use.</summary>
    public async Task<TokenCheck> CheckAsync(Secret token, IPAddress from, CancellationToken cancellationToken)
    {
        if (!AccessToken.TryGetKeyId(token, out var keyId))
        {
            return new TokenCheck.Refused(AccountErrors.TokenMalformed);
        }

        var id = new TokenId(TokenId.Prefix + keyId);
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var row = await context.Tokens.Where(t => t.Id == id)
            .Select(t => new { t.Hash, t.UserId, t.User!.Email, t.User.IsAdmin, t.User.IsOwner, t.User.IsAuditor, t.Scopes, t.Networks, t.Names, t.RevokedAt, t.ExpiresAt, t.User.DisabledAt, t.LastUsedAt })
            .FirstOrDefaultAsync(cancellationToken);
        var same = CryptographicOperations.FixedTimeEquals(AccessToken.Hash(token), row?.Hash ?? _decoy);
        if (row is null || !same)
        {
            return new TokenCheck.Refused(AccountErrors.TokenUnknown);
        }

        // Only who holds the token learns what became of it.
        var now = time.GetUtcNow();
        if (WhyEnded(row.RevokedAt, row.ExpiresAt, row.DisabledAt, now) is { } why)
        {
            return new TokenCheck.Refused(why);
        }

        if (!row.Networks.IsEmpty && !row.Networks.Contains(from))
        {
            return new TokenCheck.Refused(ApiErrors.TokenNetworkRefused);
        }

        if (row.LastUsedAt is not { } last || now - last >= _lastUseStep)
        {
            await NoteUseAsync(context, id, from, now, cancellationToken);
        }

        // A role that was taken away takes with it what tokens were made for under it.
        var role = UserRoles.Of(row.IsOwner, row.IsAdmin, row.IsAuditor);
        return new TokenCheck.Accepted(row.UserId, row.Email, id, row.Scopes & role.MostScopes(), role)
        {
            Limits = row.Networks.IsEmpty && row.Names.IsAll && row.ExpiresAt is null ? TokenLimits.None : new TokenLimits { Networks = row.Networks, Names = row.Names, ExpiresAt = row.ExpiresAt },
        };
    }

    /// <summary>Those of the tokens that are revoked, expired, gone, of a disabled account, or of one whose role does not host. One query; meant to be asked each second.</summary>
    public async Task<IReadOnlyList<EndedToken>> FindEndedAsync(IReadOnlyCollection<TokenId> tokenIds, CancellationToken cancellationToken)
    {
        if (tokenIds.Count == 0)
        {
            return [];
        }

        var now = time.GetUtcNow();
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);

        // One parameter for the whole list, so that its length changes neither the statement nor any limit on parameters.
        var rows = await context.Tokens.Where(t => EF.Parameter(tokenIds).Contains(t.Id))
            .Select(t => new { t.Id, t.RevokedAt, t.ExpiresAt, t.User!.DisabledAt, t.User.IsOwner, t.User.IsAdmin, t.User.IsAuditor })
            .ToDictionaryAsync(t => t.Id, cancellationToken);
        var ended = new List<EndedToken>();
        foreach (var id in tokenIds.Distinct())
        {
            var why = rows.TryGetValue(id, out var row) ? WhyEnded(row.RevokedAt, row.ExpiresAt, row.DisabledAt, now) : AccountErrors.TokenUnknown;
            if (row is not null && !UserRoles.Of(row.IsOwner, row.IsAdmin, row.IsAuditor).MostScopes().HasFlag(TokenScopes.TunnelsHost))
            {
                why ??= AccountErrors.RoleForbids;
            }

            if (why is not null)
            {
                ended.Add(new EndedToken(id, why));
            }
        }

        return ended;
    }

    /// <summary>All tokens, the oldest first.</summary>
    public async Task<IReadOnlyList<TokenRecord>> ListAsync(CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        return await context.Tokens.OrderBy(t => t.CreatedAt).ThenBy(t => t.Id)
            .Select(t => new TokenRecord
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
            })
            .ToListAsync(cancellationToken);
    }

    /// <summary>Whether any token was ever made.</summary>
    public async Task<bool> AnyAsync(CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        return await context.Tokens.AnyAsync(cancellationToken);
    }

    /// <summary>Revokes a token; false when there is none of this id. A second time changes nothing.</summary>
    public async Task<bool> RevokeAsync(TokenId id, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        DateTimeOffset? now = time.GetUtcNow();
        return await context.Tokens.Where(t => t.Id == id)
            .ExecuteUpdateAsync(set => set.SetProperty(t => t.RevokedAt, t => t.RevokedAt ?? now), cancellationToken) > 0;
    }

    private static ErrorDescription? WhyEnded(DateTimeOffset? revoked, DateTimeOffset? expires, DateTimeOffset? disabled, DateTimeOffset now) =>
        revoked is not null ? AccountErrors.TokenRevoked
        : expires <= now ? AccountErrors.TokenExpired
        : disabled is not null ? AccountErrors.AccountDisabled
        : null;

    private async Task NoteUseAsync(EdgeDbContext context, TokenId id, IPAddress from, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var address = (from.IsIPv4MappedToIPv6 ? from.MapToIPv4() : from).ToString();
        try
        {
            await context.Tokens.Where(t => t.Id == id)
                .ExecuteUpdateAsync(set => set.SetProperty(t => t.LastUsedAt, now).SetProperty(t => t.LastUsedAddress, address), cancellationToken);
        }
        catch (DbException unwritten)
        {
            // A full disk or a locked file must not keep clients out (REL-07, REL-08).
            logger.LastUseNotWritten(id, unwritten.Message);
        }
    }
}
