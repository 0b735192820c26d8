using System.Collections.Concurrent;
using Mport.Server.Accounts;

namespace Mport.Server.Domains;

/// <summary>The domains that accounts have proven, for those who must know without asking the database. Thread-safe.</summary>
internal sealed class ProvenHosts
{
    private readonly ConcurrentDictionary<string, UserId> _owners = new(StringComparer.Ordinal);
    private TaskCompletionSource _nextChange = NewSignal();

    /// <summary>Completes when the set changes; another task stands here then.</summary>
    public Task NextChange => Volatile.Read(ref _nextChange).Task;

    /// <summary>All of them with their owners, lower-case; one that begins with <c>*.</c> stands for any one label.</summary>
    public IReadOnlyDictionary<string, UserId> All() => _owners;

    /// <summary>Whether a host is covered, by its name or by a wildcard.</summary>
    public bool Contains(string host) => host.Contains('.', StringComparison.Ordinal) && CustomDomain.Covering(host).Any(_owners.ContainsKey);

    /// <summary>A domain is proven.</summary>
    public void Add(Domain domain)
    {
        if (_owners.TryAdd(domain.Name, domain.UserId))
        {
            Tell();
        }
    }

    /// <summary>A domain is not proven any more.</summary>
    public void Remove(string name)
    {
        if (_owners.TryRemove(name, out _))
        {
            Tell();
        }
    }

    /// <summary>These are proven, and no others.</summary>
    public void Set(IReadOnlyCollection<Domain> domains)
    {
        var names = domains.Select(domain => domain.Name).ToHashSet(StringComparer.Ordinal);
        var changed = false;
        foreach (var name in _owners.Keys.Where(name => !names.Contains(name)))
        {
            changed |= _owners.TryRemove(name, out _);
        }

        foreach (var domain in domains)
        {
            changed |= !_owners.TryGetValue(domain.Name, out var owner) || owner != domain.UserId;
            _owners[domain.Name] = domain.UserId;
        }

        if (changed)
        {
            Tell();
        }
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private void Tell() => Interlocked.Exchange(ref _nextChange, NewSignal()).SetResult();
}
