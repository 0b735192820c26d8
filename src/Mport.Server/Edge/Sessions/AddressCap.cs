using System.Net;
using Mport.Server.Edge.Listeners;

namespace Mport.Server.Edge.Sessions;

/// <summary>Counts what is under way, in all and by address (of IPv6 the /64, which is one customer), against two limits. Thread-safe.</summary>
internal sealed class AddressCap(int max, int maxPerAddress)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<AddressBlock, int> _byAddress = [];
    private int _count;

    /// <summary>Takes a place, or none; each place taken is given back with <see cref="Leave"/>.</summary>
    public bool TryEnter(IPAddress address)
    {
        var block = AddressBlock.Of(address);
        lock (_gate)
        {
            var here = _byAddress.GetValueOrDefault(block);
            if (_count >= max || here >= maxPerAddress)
            {
                return false;
            }

            _count++;
            _byAddress[block] = here + 1;
            return true;
        }
    }

    /// <summary>Gives a place back.</summary>
    public void Leave(IPAddress address)
    {
        var block = AddressBlock.Of(address);
        lock (_gate)
        {
            _count--;
            var left = _byAddress[block] - 1;
            if (left == 0)
            {
                _byAddress.Remove(block);
            }
            else
            {
                _byAddress[block] = left;
            }
        }
    }
}
