using Microsoft.AspNetCore.Identity;
using Mport.Server.Accounts.Login;

namespace Mport.Server.Accounts.Passkeys;

/// <summary>
/// The accounts as the framework's passkeys see them: it looks, and writes nothing. It is no store of passwords, roles or anything else, so that the framework's
/// user manager is no second way to any of that.
/// </summary>
internal sealed class PasskeyUsers(CredentialStore credentials, PasskeyStore passkeys) : IUserPasskeyStore<LoginRecord>
{
    // Prefix and ULID; what is longer is no account's id.
    private const int MaxIdLength = 30;

    /// <inheritdoc />
    public async Task<LoginRecord?> FindByIdAsync(string userId, CancellationToken cancellationToken) =>
        userId.Length <= MaxIdLength ? await credentials.FindAsync(new UserId(userId), cancellationToken) : null;

    /// <inheritdoc />
    public Task<string> GetUserIdAsync(LoginRecord user, CancellationToken cancellationToken) => Task.FromResult(user.Id.Value);

    /// <inheritdoc />
    public Task<string?> GetUserNameAsync(LoginRecord user, CancellationToken cancellationToken) => Task.FromResult<string?>(user.Email);

    /// <inheritdoc />
    public async Task<IList<UserPasskeyInfo>> GetPasskeysAsync(LoginRecord user, CancellationToken cancellationToken) =>
        [.. (await passkeys.ListAsync(user.Id, cancellationToken)).Select(Read)];

    /// <inheritdoc />
    public async Task<LoginRecord?> FindByPasskeyIdAsync(byte[] credentialId, CancellationToken cancellationToken) =>
        await passkeys.FindHolderAsync(credentialId, cancellationToken) is { } holder ? await credentials.FindAsync(holder, cancellationToken) : null;

    /// <inheritdoc />
    public async Task<UserPasskeyInfo?> FindPasskeyAsync(LoginRecord user, byte[] credentialId, CancellationToken cancellationToken) =>
        await passkeys.FindAsync(user.Id, credentialId, cancellationToken) is { } found ? Read(found) : null;

    /// <inheritdoc />
    public Task AddOrUpdatePasskeyAsync(LoginRecord user, UserPasskeyInfo passkey, CancellationToken cancellationToken) => throw LooksAlone();

    /// <inheritdoc />
    public Task RemovePasskeyAsync(LoginRecord user, byte[] credentialId, CancellationToken cancellationToken) => throw LooksAlone();

    /// <inheritdoc />
    public Task SetUserNameAsync(LoginRecord user, string? userName, CancellationToken cancellationToken) => throw LooksAlone();

    /// <inheritdoc />
    public Task<string?> GetNormalizedUserNameAsync(LoginRecord user, CancellationToken cancellationToken) => throw LooksAlone();

    /// <inheritdoc />
    public Task SetNormalizedUserNameAsync(LoginRecord user, string? normalizedName, CancellationToken cancellationToken) => throw LooksAlone();

    /// <inheritdoc />
    public Task<IdentityResult> CreateAsync(LoginRecord user, CancellationToken cancellationToken) => throw LooksAlone();

    /// <inheritdoc />
    public Task<IdentityResult> UpdateAsync(LoginRecord user, CancellationToken cancellationToken) => throw LooksAlone();

    /// <inheritdoc />
    public Task<IdentityResult> DeleteAsync(LoginRecord user, CancellationToken cancellationToken) => throw LooksAlone();

    /// <inheritdoc />
    public Task<LoginRecord?> FindByNameAsync(string normalizedUserName, CancellationToken cancellationToken) => throw LooksAlone();

    /// <inheritdoc />
    public void Dispose()
    {
        // The stores hold nothing open.
    }

    // The counter is left to PasskeyStore.UseAsync, which compares and writes it in one statement and tells a copied passkey from a wrong one; what the device made
    // at the passkey's birth is not kept.
    private static UserPasskeyInfo Read(PasskeyRecord one) => new(
        one.CredentialId, one.PublicKey, one.CreatedAt, signCount: 0, PasskeyTransports.FromText(one.Transports), one.IsUserVerified, one.IsBackupEligible, one.IsBackedUp, attestationObject: [], clientDataJson: [])
    {
        Name = one.Name,
    };

    private static NotSupportedException LooksAlone() => new("Accounts are changed by their own stores.");
}
