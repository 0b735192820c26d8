using System.Collections.Concurrent;

namespace Mport.Server.Domains;

/// <summary>The domains that accounts have proven, for those who must know without asking the database. Thread-safe.</summary>
internal sealed class ProvenHosts
{
    private readonly ConcurrentDictionary<string, bool> _names = new(StringComparer.Ordinal);

    private TaskCompletionSource _nextChange = NewSignal();

    /// <summary>Completes when the set changes; another task stands here then.</summary>
    public Task NextChange => Volatile.Read(ref _nextChange).Task;

    /// <summary>All of them, lower-case; one that begins with <c>*.</c> stands for any one label.</summary>
    public IReadOnlyCollection<string> Names => [.. _names.Keys];

    /// <summary>Whether a host is covered, by its name or by a wildcard.</summary>
    public bool Contains(string host) => CustomDomain.Covering(host).Any(_names.ContainsKey);

    /// <summary>A domain is proven.</summary>
    public void Add(string name)
    {
        if (_names.TryAdd(name, true))
        {
            Tell();
        }
    }

    /// <summary>A domain is not proven any more.</summary>
    public void Remove(string name)
    {
        if (_names.TryRemove(name, out _))
        {
            Tell();
        }
    }

    /// <summary>These are proven, and no others.</summary>
    public void Set(IEnumerable<string> names)
    {
        var now = names.ToHashSet(StringComparer.Ordinal);
        var changed = false;
        foreach (var name in _names.Keys.Where(name => !now.Contains(name)))
        {
            changed |= _names.TryRemove(name, out _);
        }

        foreach (var name in now)
        {
            changed |= _names.TryAdd(name, true);
        }

        if (changed)
        {
            Tell();
        }
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private void Tell() => Interlocked.Exchange(ref _nextChange, NewSignal()).SetResult();
}
