using System.Net;
using Mport.Server.Edge.Listeners;

namespace Mport.Server.Accounts;

/// <summary>
/// Makes an address that offers wrong tokens wait (SEC-62): from the fifth failure on, as <see cref="FailureTable{TKey}"/> says. An address is an IPv4
/// address or an IPv6 /64, which one customer usually has whole.
/// </summary>
internal sealed class AttemptLimiter(TimeProvider time)
{
    /// <summary>Addresses remembered.</summary>
    public const int MaxEntries = FailureTable<AddressBlock>.MaxEntries;

    private const int FreeFailures = 4;

    private readonly FailureTable<AddressBlock> _failures = new(time);

    /// <summary>How many addresses are remembered.</summary>
    public int Count => _failures.Count;

    /// <summary>How long the address still has to wait, or null when it may try.</summary>
    public TimeSpan? BlockedFor(IPAddress address) => _failures.BlockedFor(AddressBlock.Of(address));

    /// <summary>The address offered a wrong token.</summary>
    /// <returns>How long it now has to wait, or null.</returns>
    public TimeSpan? RecordFailure(IPAddress address) => _failures.RecordFailure(AddressBlock.Of(address), FreeFailures);

    /// <summary>The address offered a good token: its failures are forgotten.</summary>
    public void RecordSuccess(IPAddress address) => _failures.Forgive(AddressBlock.Of(address));
}
