using Mport.Protocol.Carriers;
using Mport.Protocol.Relay;
using Mport.Server.Edge.Listeners;
using Mport.Server.Tunnels;
using Mport.Server.Tunnels.Connections;

namespace Mport.Server.Limits;

/// <summary>
/// Who may come in: visitors of TCP tunnels and requests of HTTP tunnels, counted in all, by address, tunnel and account, while there is memory.
/// One tunnel's or account's limit never turns away another's visitor (SEC-46). Thread-safe.
/// </summary>
internal sealed class VisitorGate(EdgeLimits limits, MemoryBudget memory, TimeProvider time)
{
    private readonly Places<AddressBlock> _addresses = new(limits.MaxVisitorsPerAddress);
    private readonly Places<string> _tunnels = new(limits.MaxVisitorsPerTunnel);
    private readonly Places<string> _accounts = new(limits.MaxVisitorsPerAccount);
    private readonly SharedBandwidths _bandwidths = new(limits.TunnelBandwidth, limits.AccountBandwidth, time);
    private readonly AcceptRates _rates = new(limits.AddressAcceptRate, time);
    private int _count;

    /// <summary>Visitors now.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <summary>The visitors who are in, each with its tunnel.</summary>
    public VisitorConnections Connections { get; } = new(time);

    /// <summary>How many connections a second each address may open. Shared with the edge's own ports.</summary>
    public AcceptRates Rates => _rates;

    /// <summary>How many connections a second a new listening port takes.</summary>
    public AcceptRate NewPortRate() => new(limits.AcceptRate, time);

    /// <summary>A place for a visitor, to be disposed when it has gone; or why there is none.</summary>
    /// <param name="address">Where the visitor comes from.</param>
    /// <param name="tunnelId">The tunnel that it comes to.</param>
    /// <param name="accountId">The account of the tunnel.</param>
    /// <param name="refusal">Why there is none.</param>
    public Place? TryEnter(AddressBlock address, string tunnelId, string accountId, out VisitorRefusal refusal)
    {
        if (!memory.HasRoom)
        {
            refusal = VisitorRefusal.MemoryLow;
            return null;
        }

        if (Interlocked.Increment(ref _count) > limits.MaxVisitors)
        {
            refusal = VisitorRefusal.EdgeFull;
        }
        else if (!_addresses.TryEnter(address))
        {
            refusal = VisitorRefusal.AddressFull;
        }
        else if (!_tunnels.TryEnter(tunnelId))
        {
            _addresses.Leave(address);
            refusal = VisitorRefusal.TunnelFull;
        }
        else if (!_accounts.TryEnter(accountId))
        {
            _addresses.Leave(address);
            _tunnels.Leave(tunnelId);
            refusal = VisitorRefusal.AccountFull;
        }
        else
        {
            refusal = default;
            return new Place(this, address, tunnelId, accountId);
        }

        Interlocked.Decrement(ref _count);
        return null;
    }

    /// <summary>The bandwidth that a connection of the tunnel shares; null for no limit. Followed by <see cref="LeaveBandwidth"/>.</summary>
    public BandwidthPair? EnterBandwidth(string tunnelId, string accountId) => _bandwidths.Enter(tunnelId, accountId);

    /// <summary>The connection has ended.</summary>
    public void LeaveBandwidth(string tunnelId) => _bandwidths.Leave(tunnelId);

    private void Leave(AddressBlock address, string tunnelId, string accountId)
    {
        _addresses.Leave(address);
        _tunnels.Leave(tunnelId);
        _accounts.Leave(accountId);
        Interlocked.Decrement(ref _count);
    }

    /// <summary>A visitor's place; disposed once.</summary>
    internal sealed class Place(VisitorGate gate, AddressBlock address, string tunnelId, string accountId) : IDisposable
    {
        /// <summary>Gives the place back.</summary>
        public void Dispose() => gate.Leave(address, tunnelId, accountId);
    }
}
