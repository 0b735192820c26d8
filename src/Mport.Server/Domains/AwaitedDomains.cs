using Mport.Server.Accounts;

namespace Mport.Server.Domains;

/// <summary>The domains whose owners are setting the proof at this moment, so that it is looked for often. Bounded; thread-safe.</summary>
internal sealed class AwaitedDomains(TimeProvider time)
{
    /// <summary>For how long a domain is looked at often.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(15);

    // Each costs a question to the DNS every few seconds.
    private const int Most = 200;
    private const int MostOfAccount = 20;

    private readonly Lock _gate = new();
    private readonly Dictionary<DomainId, (Domain Domain, DateTimeOffset Until)> _awaited = [];

    /// <summary>The owner was told which records to set.</summary>
    public void Add(Domain domain)
    {
        lock (_gate)
        {
            if (_awaited.ContainsKey(domain.Id) || (_awaited.Count < Most && _awaited.Values.Count(one => one.Domain.UserId == domain.UserId) < MostOfAccount))
            {
                _awaited[domain.Id] = (domain, time.GetUtcNow() + Patience);
            }
        }
    }

    /// <summary>The domain is proven or gone.</summary>
    public void Forget(DomainId id)
    {
        lock (_gate)
        {
            _awaited.Remove(id);
        }
    }

    /// <summary>Those that are awaited now.</summary>
    public IReadOnlyList<Domain> All()
    {
        var now = time.GetUtcNow();
        lock (_gate)
        {
            foreach (var (id, _) in _awaited.Where(pair => pair.Value.Until < now).ToList())
            {
                _awaited.Remove(id);
            }

            return [.. _awaited.Values.Select(one => one.Domain)];
        }
    }
}
