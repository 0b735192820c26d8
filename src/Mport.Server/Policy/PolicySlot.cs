namespace Mport.Server.Policy;

/// <summary>
/// The policy of a tunnel that is open: what its owner set by the API, and behind it what the client declared. Reading is one volatile read; a change
/// holds for the next request. Thread-safe.
/// </summary>
/// <param name="client">What the client declared; null for nothing.</param>
internal sealed class PolicySlot(DeclaredPolicy? client = null)
{
    private readonly Lock _gate = new();
    private volatile TunnelPolicy? _current = client?.Policy;
    private long _revision = -1;

    /// <summary>No rule, for ever.</summary>
    public static PolicySlot Empty { get; } = new();

    /// <summary>The rules that hold now; null for none.</summary>
    public TunnelPolicy? Current => _current;

    /// <summary>What the client declared.</summary>
    public DeclaredPolicy? Client => client;

    /// <summary>Whether the owner's rules are those of a revision already.</summary>
    public bool IsAsOf(long revision)
    {
        lock (_gate)
        {
            return _revision >= revision;
        }
    }

    /// <summary>The owner's rules are these from now on, unless newer ones are here.</summary>
    /// <param name="owner">The rules; null for none.</param>
    /// <param name="revision">Grows with each change.</param>
    public void SetOwner(TunnelPolicy? owner, long revision)
    {
        lock (_gate)
        {
            if (revision > _revision)
            {
                _revision = revision;
                _current = TunnelPolicy.Join(owner, client?.Policy);
            }
        }
    }
}

/// <summary>What a client declared when it opened its tunnel.</summary>
/// <param name="Policy">The rules.</param>
/// <param name="Fingerprint">The same for clients that declare the same.</param>
internal sealed record DeclaredPolicy(TunnelPolicy Policy, string Fingerprint);
