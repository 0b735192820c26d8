using System.Security.Cryptography;
using Mport.Protocol.Identity;
using Mport.Server.Accounts.Login;

namespace Mport.Server.Accounts.Totp;

/// <summary>Second factors: setting one up, and checking its codes. How often somebody may try is for the caller to limit.</summary>
internal sealed class SecondFactor(CredentialStore credentials, AccountKey key, TimeProvider time)
{
    /// <summary>Makes a secret for an account. It is asked for only once its first code was given.</summary>
    /// <returns>The secret in base 32; null when the account has a second factor.</returns>
    public async Task<Secret?> BeginAsync(UserId user, CancellationToken cancellationToken)
    {
        var secret = RandomNumberGenerator.GetBytes(TotpCode.SecretLength);
        return await credentials.BeginTotpAsync(user, key.Seal(secret, user), cancellationToken) ? new Secret(TotpCode.ToBase32(secret)) : null;
    }

    /// <summary>The secret that was made and waits for its first code, or null.</summary>
    public async Task<Secret?> FindBegunAsync(UserId user, CancellationToken cancellationToken) =>
        await credentials.FindAsync(user, cancellationToken) is { TotpSince: null, TotpSecret: { } whole } && key.Open(whole, user) is { } secret
            ? new Secret(TotpCode.ToBase32(secret))
            : null;

    /// <summary>Takes the first code, and asks for codes from now on; ends the account's sessions.</summary>
    /// <returns>The recovery codes; null when the code is wrong.</returns>
    public async Task<IReadOnlyList<Secret>?> EnableAsync(UserId user, string code, CancellationToken cancellationToken)
    {
        if (await credentials.FindAsync(user, cancellationToken) is not { TotpSince: null } account || !await TakeCodeAsync(account, code, cancellationToken))
        {
            return null;
        }

        var codes = Enumerable.Range(0, RecoveryCode.Count).Select(_ => RecoveryCode.Create()).ToList();
        await credentials.EnableTotpAsync(user, codes.Select(made => RecoveryCode.Hash(made.Reveal()) ?? []), cancellationToken);
        return codes;
    }

    /// <summary>Whether the code is one of the app or a recovery code; either is used up by it.</summary>
    public async Task<bool> CheckAsync(LoginRecord account, string code, CancellationToken cancellationToken) =>
        await TakeCodeAsync(account, code, cancellationToken)
        || (RecoveryCode.Hash(code) is { } hash && await credentials.TakeRecoveryCodeAsync(account.Id, hash, cancellationToken));

    private async Task<bool> TakeCodeAsync(LoginRecord account, string code, CancellationToken cancellationToken) =>
        account.TotpSecret is { } whole && key.Open(whole, account.Id) is { } secret && TotpCode.FindStep(secret, code, time.GetUtcNow()) is { } step
            && await credentials.TakeTotpStepAsync(account.Id, step, cancellationToken);
}
