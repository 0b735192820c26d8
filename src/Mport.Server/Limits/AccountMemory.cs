using System.Collections.Concurrent;
using Mport.Protocol.Carriers;

namespace Mport.Server.Limits;

/// <summary>
/// Each account's part of the memory for buffers: three quarters, so that one account's slow readers never make the edge refuse another's visitors
/// (SEC-46). Holds a hundred bytes for each account that has had a session since the start. Thread-safe.
/// </summary>
/// <param name="limit">Bytes of one account.</param>
/// <param name="process">The whole.</param>
internal sealed class AccountMemory(long limit, MemoryBudget process)
{
    private readonly ConcurrentDictionary<string, MemoryBudget> _accounts = new(StringComparer.Ordinal);

    /// <summary>The whole.</summary>
    public MemoryBudget Process => process;

    /// <summary>An account's budget.</summary>
    public MemoryBudget Of(string accountId) => _accounts.GetOrAdd(accountId, static (_, self) => new MemoryBudget(self.Limit, self.Process), (Limit: limit, Process: process));
}
