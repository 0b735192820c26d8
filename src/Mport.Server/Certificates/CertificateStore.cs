using System.Linq.Expressions;
using Microsoft.EntityFrameworkCore;
using Mport.Server.Data;

namespace Mport.Server.Certificates;

/// <summary>All queries about certificates of authorities. Keys are sealed before they come here.</summary>
internal sealed class CertificateStore(IDbContextFactory<EdgeDbContext> contexts, TimeProvider time)
{
    private static readonly Expression<Func<CertificateRow, CertificateState>> _toState = row => new CertificateState
    {
        Name = row.Name,
        NotBefore = row.NotBefore,
        NotAfter = row.NotAfter,
        RenewAt = row.RenewAt,
        Attempts = row.Attempts,
        NextAttemptAt = row.NextAttemptAt,
        Failure = row.Failure,
        WarnedDays = row.WarnedDays,
    };

    /// <summary>How it stands with all names, those that nobody wants any more included.</summary>
    public async Task<IReadOnlyList<CertificateState>> ListAsync(CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        return await context.Certificates.Select(_toState).ToListAsync(cancellationToken);
    }

    /// <summary>How it stands with these names.</summary>
    public async Task<IReadOnlyList<CertificateState>> FindAsync(IReadOnlyList<string> names, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        return await context.Certificates.Where(c => EF.Parameter(names).Contains(c.Name)).Select(_toState).ToListAsync(cancellationToken);
    }

    /// <summary>The certificates that were written since, with their sealed keys.</summary>
    public async Task<IReadOnlyList<SealedCertificate>> ListSinceAsync(DateTimeOffset since, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        return await context.Certificates.Where(c => c.UpdatedAt >= since && c.Chain != null && c.SealedKey != null)
            .Select(c => new SealedCertificate(c.Name, c.Chain ?? "", c.SealedKey ?? Array.Empty<byte>(), c.UpdatedAt)).ToListAsync(cancellationToken);
    }

    /// <summary>Takes a name for this edge for so long; false when another one has it.</summary>
    public async Task<bool> LeaseAsync(string name, TimeSpan length, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        return await contexts.DecideAsync(
            async context =>
            {
                if (await context.Certificates.FirstOrDefaultAsync(c => c.Name == name, cancellationToken) is not { } row)
                {
                    context.Certificates.Add(new CertificateRow { Name = name, LeasedUntil = now + length, UpdatedAt = now });
                    await context.SaveChangesAsync(cancellationToken);
                    return true;
                }

                DateTimeOffset? until = now + length;
                return await context.Certificates.Where(c => c.Name == name && (c.LeasedUntil == null || c.LeasedUntil < now))
                    .ExecuteUpdateAsync(set => set.SetProperty(c => c.LeasedUntil, until), cancellationToken) > 0;
            },
            cancellationToken);
    }

    /// <summary>No other edge uses the database, so whoever had names is gone.</summary>
    public async Task EndLeasesAsync(CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        await context.Certificates.Where(c => c.LeasedUntil != null).ExecuteUpdateAsync(set => set.SetProperty(c => c.LeasedUntil, (DateTimeOffset?)null), cancellationToken);
    }

    /// <summary>There is a new certificate.</summary>
    public Task SetIssuedAsync(string name, IssuedCertificate issued, byte[] sealedKey, DateTimeOffset renewAt, CancellationToken cancellationToken) => ChangeAsync(
        name,
        row =>
        {
            row.Chain = issued.Chain;
            row.SealedKey = sealedKey;
            row.NotBefore = issued.NotBefore;
            row.NotAfter = issued.NotAfter;
            row.RenewAt = renewAt;
            row.Attempts = 0;
            row.NextAttemptAt = null;
            row.Failure = null;
            row.WarnedDays = null;
            row.LeasedUntil = null;
            row.UpdatedAt = time.GetUtcNow();
        },
        cancellationToken);

    /// <summary>There is none; what there was stays.</summary>
    public Task SetFailedAsync(string name, int attempts, string failure, DateTimeOffset nextAttempt, CancellationToken cancellationToken) => ChangeAsync(
        name,
        row =>
        {
            row.Attempts = attempts;
            row.NextAttemptAt = nextAttempt;
            row.Failure = failure.Length <= CertificateTables.MaxFailure ? failure : failure[..CertificateTables.MaxFailure];
            row.LeasedUntil = null;
        },
        cancellationToken);

    /// <summary>The name is free for another edge; nothing else changed.</summary>
    public Task EndLeaseAsync(string name, CancellationToken cancellationToken) => ChangeAsync(name, row => row.LeasedUntil = null, cancellationToken);

    /// <summary>The authority wants the certificate to be renewed at another time.</summary>
    public Task SetRenewAtAsync(string name, DateTimeOffset renewAt, CancellationToken cancellationToken) => ChangeAsync(name, row => row.RenewAt = renewAt, cancellationToken);

    /// <summary>The certificate is to be renewed now, whatever was planned. False when there is no such name.</summary>
    public async Task<bool> SetDueAsync(string name, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        DateTimeOffset? now = time.GetUtcNow();
        return await context.Certificates.Where(c => c.Name == name)
            .ExecuteUpdateAsync(set => set.SetProperty(c => c.RenewAt, now).SetProperty(c => c.NextAttemptAt, (DateTimeOffset?)null), cancellationToken) > 0;
    }

    /// <summary>Somebody was warned.</summary>
    public Task SetWarnedAsync(string name, int days, CancellationToken cancellationToken) => ChangeAsync(name, row => row.WarnedDays = days, cancellationToken);

    /// <summary>The sealed key of the account with an authority; null while there is none.</summary>
    public async Task<byte[]?> FindAccountAsync(string directory, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        return await context.AcmeAccounts.Where(a => a.Directory == directory).Select(a => a.SealedKey).FirstOrDefaultAsync(cancellationToken);
    }

    /// <summary>Keeps the account's key; false when another edge was faster.</summary>
    public async Task<bool> AddAccountAsync(string directory, byte[] sealedKey, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        context.AcmeAccounts.Add(new AcmeAccountRow { Directory = directory, SealedKey = sealedKey, CreatedAt = time.GetUtcNow() });
        try
        {
            await context.SaveChangesAsync(cancellationToken);
            return true;
        }
        catch (DbUpdateException failure) when (context.IsUniqueViolation(failure))
        {
            return false;
        }
    }

    /// <summary>Forgets an account whose key cannot be opened any more.</summary>
    public async Task RemoveAccountAsync(string directory, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        await context.AcmeAccounts.Where(a => a.Directory == directory).ExecuteDeleteAsync(cancellationToken);
    }

    private async Task ChangeAsync(string name, Action<CertificateRow> change, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        if (await context.Certificates.FirstOrDefaultAsync(c => c.Name == name, cancellationToken) is { } row)
        {
            change(row);
            await context.SaveChangesAsync(cancellationToken);
        }
    }
}

/// <summary>A certificate as the database has it.</summary>
/// <param name="Name">The name.</param>
/// <param name="Chain">The certificates in PEM form.</param>
/// <param name="Key">The key, sealed.</param>
/// <param name="UpdatedAt">When it was written.</param>
internal sealed record SealedCertificate(string Name, string Chain, byte[] Key, DateTimeOffset UpdatedAt);
