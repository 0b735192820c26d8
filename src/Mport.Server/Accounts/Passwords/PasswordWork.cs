using Mport.Protocol.Identity;

namespace Mport.Server.Accounts.Passwords;

/// <summary>
/// Where passwords are hashed: a tenth of a second of pure computing each, so at most one processor in two does it at one time, and a flood of logins
/// cannot slow the tunnels down (SEC-119).
/// </summary>
internal sealed class PasswordWork(AccountsMetrics metrics) : IDisposable
{
    /// <summary>Who may wait at one time. At 100 ms each the last of them waits a few seconds; one more is asked to come again.</summary>
    public const int MaxWaiting = 64;

    private readonly PasswordHasher _hasher = new();
    private readonly SemaphoreSlim _places = new(Math.Max(1, Environment.ProcessorCount / 2));
    private int _waiting;

    /// <summary>Whether the password fits the hash; without a hash it takes as long and says no (SEC-63). Null when too many wait.</summary>
    public async Task<bool?> VerifyAsync(string? hash, Secret password, CancellationToken cancellationToken)
    {
        // A longer one cannot be anybody's, and would cost more to hash.
        var fits = PasswordHasher.HasFitLength(password);
        var text = fits ? password : new Secret(new string('x', PasswordHasher.MinLength));
        return await RunAsync(() => _hasher.Verify(fits ? hash : null, text), cancellationToken) is { } run ? run.Value : null;
    }

    /// <summary>What is stored in place of the password. Null when too many wait.</summary>
    public async Task<string?> HashAsync(Secret password, CancellationToken cancellationToken) =>
        await RunAsync(() => _hasher.Hash(password), cancellationToken) is { } run ? run.Value : null;

    /// <inheritdoc />
    public void Dispose() => _places.Dispose();

    private async Task<Done<T>?> RunAsync<T>(Func<T> work, CancellationToken cancellationToken)
    {
        if (Interlocked.Increment(ref _waiting) > MaxWaiting)
        {
            Interlocked.Decrement(ref _waiting);
            return null;
        }

        try
        {
            await _places.WaitAsync(cancellationToken);
            try
            {
                metrics.Hashed();

                // Away from the thread that serves sockets, on which requests run (docs/decisions/0008-where-code-runs.md).
                return new Done<T>(await Task.Run(work, cancellationToken));
            }
            finally
            {
                _places.Release();
            }
        }
        finally
        {
            Interlocked.Decrement(ref _waiting);
        }
    }

    private sealed record Done<T>(T Value);
}
