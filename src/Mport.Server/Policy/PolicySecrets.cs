using System.Net;
using System.Security.Cryptography;
using System.Text;
using Mport.Protocol.Identity;
using Mport.Server.Accounts;
using Mport.Server.Accounts.Passwords;
using Mport.Server.Edge.Listeners;

namespace Mport.Server.Policy;

/// <summary>
/// What the secrets of policies are compared with, and what keeps visitors from guessing them: a password is hashed once, a known one is looked up by
/// an HMAC under a key of this process, and an address that offers wrong ones waits longer each time. Thread-safe.
/// </summary>
/// <param name="time">The clock.</param>
internal sealed class PolicySecrets(TimeProvider time)
{
    private const int FreeFailures = 10;

    // A tenth of a second of computing each: a flood of wrong passwords must not take the processors from the tunnels (SEC-119).
    private static readonly int MostAtOnce = Math.Max(1, Environment.ProcessorCount / 2);

    private readonly byte[] _key = RandomNumberGenerator.GetBytes(32);
    private readonly PasswordHasher _hasher = new();
    private readonly FailureTable<AddressBlock> _failures = new(time);
    private int _hashing;

    /// <summary>Of a text, what only this process can make of it.</summary>
    public byte[] DigestOf(string text) => HMACSHA256.HashData(_key, Encoding.UTF8.GetBytes(text));

    /// <summary>The hash of a password for the store.</summary>
    public string Hash(string password) => _hasher.Hash(new Secret(password));

    /// <summary>Whether a password fits a hash; null when too many are looked at already.</summary>
    public bool? Verify(string hash, string password)
    {
        if (Interlocked.Increment(ref _hashing) > MostAtOnce)
        {
            Interlocked.Decrement(ref _hashing);
            return null;
        }

        try
        {
            return _hasher.Verify(hash, new Secret(password));
        }
        finally
        {
            Interlocked.Decrement(ref _hashing);
        }
    }

    /// <summary>How long an address has to wait before it may offer a secret again; null when it need not.</summary>
    public TimeSpan? BlockedFor(IPAddress address) => _failures.BlockedFor(AddressBlock.Of(address));

    /// <summary>An address offered a wrong secret.</summary>
    public void Failed(IPAddress address) => _failures.RecordFailure(AddressBlock.Of(address), FreeFailures);

    /// <summary>The key that shows a tunnel's owner, and nobody else, which rule decided; until this process ends.</summary>
    public string TraceKeyOf(string tunnelId) => Convert.ToHexStringLower(DigestOf("trace " + tunnelId).AsSpan(0, 16));

    /// <summary>Whether a text is the tunnel's trace key.</summary>
    public bool IsTraceKey(string tunnelId, string text) =>
        CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(TraceKeyOf(tunnelId)), Encoding.UTF8.GetBytes(text));
}
