using System.Net;
using Mport.Server.Edge.Listeners;

namespace Mport.Server.Accounts.Login;

/// <summary>
/// Makes guessing expensive without locking anybody out (SEC-62). What waits is the pair of account and address: ten failures are free, then the waits
/// double. Once an account has ten failures from other addresses, every further one gets one attempt at it before it waits, so that guessing from many addresses
/// costs an address a guess, while the rightful user, from an address that has not failed, is let in at once. Above fifty failures at whatever
/// accounts, the address itself waits. Whether an account exists makes no difference.
/// </summary>
internal sealed class LoginThrottle(TimeProvider time)
{
    /// <summary>Failures at one account within 15 minutes of each other that change nothing.</summary>
    public const int FreeFailuresPerAccount = 10;

    /// <summary>Failures of one address that change nothing.</summary>
    public const int FreeFailuresPerAddress = 50;

    private readonly FailureTable<AddressBlock> _addresses = new(time);
    private readonly FailureTable<string> _accounts = new(time);
    private readonly FailureTable<(string Account, AddressBlock Address)> _pairs = new(time);

    /// <summary>How long this address still has to wait before it may try this account, or null.</summary>
    /// <param name="account">The account as it is compared; it need not exist.</param>
    /// <param name="from">Who tries.</param>
    public TimeSpan? BlockedFor(string account, IPAddress from)
    {
        var address = AddressBlock.Of(from);
        var (one, other) = (_addresses.BlockedFor(address), _pairs.BlockedFor((account, address)));
        return one is null || one < other ? other : one;
    }

    /// <summary>The address gave a wrong password or code.</summary>
    /// <returns>How long it now has to wait, or null.</returns>
    public TimeSpan? RecordFailure(string account, IPAddress from)
    {
        var address = AddressBlock.Of(from);
        var underAttack = _accounts.FailuresOf(account) - _pairs.FailuresOf((account, address)) >= FreeFailuresPerAccount;
        _accounts.RecordFailure(account, FreeFailuresPerAccount);
        var one = _addresses.RecordFailure(address, FreeFailuresPerAddress);
        var other = _pairs.RecordFailure((account, address), underAttack ? 0 : FreeFailuresPerAccount);
        return one is null || one < other ? other : one;
    }

    /// <summary>The address was let in: what it did wrong at this account before is forgotten. Failures of others are not.</summary>
    public void RecordSuccess(string account, IPAddress from) => _pairs.Forgive((account, AddressBlock.Of(from)));
}
