using Mport.Server.Accounts;

namespace Mport.Server.Tunnels;

/// <summary>
/// Tunnels that were stopped or deleted while somebody may be opening them: the row was read before, the tunnel would be held after. The database says the
/// same to all who look later, so that only the newest are remembered. Not thread-safe.
/// </summary>
internal sealed class TunnelBars
{
    // An opening takes milliseconds; so many changes in that time are more than the API's rate allows.
    private const int Most = 4096;

    private readonly HashSet<TunnelId> _barred = [];
    private readonly Queue<TunnelId> _order = [];

    /// <summary>Bars a tunnel.</summary>
    public void Add(TunnelId id)
    {
        if (_barred.Add(id))
        {
            _order.Enqueue(id);
            if (_order.Count > Most)
            {
                _barred.Remove(_order.Dequeue());
            }
        }
    }

    /// <summary>Lets it be opened again.</summary>
    public void Remove(TunnelId id) => _barred.Remove(id);

    /// <summary>Whether it is barred.</summary>
    public bool Contains(TunnelId id) => _barred.Contains(id);
}
