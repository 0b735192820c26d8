using Mport.Protocol.Relay;

namespace Mport.Server.Limits;

/// <summary>
/// The bandwidth of each tunnel within its account's; all visitors of one share it, each way. Who leaves and comes back finds it as it was, so
/// that many short connections get no more than one long one. Thread-safe; without limits it does nothing.
/// </summary>
/// <param name="perTunnel">Bytes a second of a tunnel, each way; 0 for no limit.</param>
/// <param name="perAccount">Bytes a second of an account, each way; 0 for no limit.</param>
/// <param name="time">The clock.</param>
internal sealed class SharedBandwidths(long perTunnel, long perAccount, TimeProvider time)
{
    /// <summary>Tunnels remembered before those are forgotten that have no visitor and owe nothing.</summary>
    public const int MaxIdle = 1024;

    private readonly Lock _gate = new();
    private readonly Dictionary<string, Entry> _tunnels = [];
    private readonly Dictionary<string, Entry> _accounts = [];

    /// <summary>Tunnels remembered.</summary>
    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _tunnels.Count;
            }
        }
    }

    /// <summary>The bandwidth for one more visitor of a tunnel; null when there is no limit. Each time is followed by a <see cref="Leave"/>.</summary>
    public BandwidthPair? Enter(string tunnelId, string accountId)
    {
        if (perTunnel == 0 && perAccount == 0)
        {
            return null;
        }

        lock (_gate)
        {
            if (!_tunnels.TryGetValue(tunnelId, out var tunnel))
            {
                Forget();
                tunnel = Make(perTunnel, AccountOf(accountId));
                _tunnels[tunnelId] = tunnel;
            }

            tunnel.Users++;
            return tunnel.Pair;
        }
    }

    /// <summary>The visitor has gone.</summary>
    public void Leave(string tunnelId)
    {
        if (perTunnel == 0 && perAccount == 0)
        {
            return;
        }

        lock (_gate)
        {
            _tunnels[tunnelId].Users--;
        }
    }

    private void Forget()
    {
        if (_tunnels.Count < MaxIdle)
        {
            return;
        }

        foreach (var (id, tunnel) in _tunnels)
        {
            if (tunnel.Users == 0 && tunnel.IsIdle)
            {
                _tunnels.Remove(id);
                tunnel.Parent?.Release();
            }
        }

        foreach (var (id, account) in _accounts)
        {
            if (account.Users == 0 && account.IsIdle)
            {
                _accounts.Remove(id);
            }
        }
    }

    private Entry AccountOf(string id)
    {
        if (!_accounts.TryGetValue(id, out var account))
        {
            _accounts[id] = account = Make(perAccount, parent: null);
        }

        account.Users++;
        return account;
    }

    private Entry Make(long rate, Entry? parent) => new(parent, rate == 0 ? null : new BandwidthPair(
        new Bandwidth(rate, time, parent?.Pair.FromVisitor), new Bandwidth(rate, time, parent?.Pair.ToVisitor)));

    private sealed class Entry(Entry? parent, BandwidthPair? own)
    {
        public Entry? Parent => parent;

        public BandwidthPair Pair { get; } = own ?? parent?.Pair ?? new BandwidthPair(null, null);

        public int Users { get; set; }

        public void Release() => Users--;

        public bool IsIdle => own?.FromVisitor?.IsIdle != false && own?.ToVisitor?.IsIdle != false;
    }
}
