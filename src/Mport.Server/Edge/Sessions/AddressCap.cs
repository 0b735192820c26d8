using System.Net;

namespace Mport.Server.Edge.Sessions;

/// <summary>Counts what is under way, in all and by address, against two limits. Thread-safe.</summary>
internal sealed class AddressCap(int max, int maxPerAddress)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<IPAddress, int> _byAddress = [];
    private int _count;

    /// <summary>Takes a place, or none; each place taken is given back with <see cref="Leave"/>.</summary>
    public bool TryEnter(IPAddress address)
    {
        lock (_gate)
        {
            var here = _byAddress.GetValueOrDefault(address);
            if (_count >= max || here >= maxPerAddress)
            {
                return false;
            }

            _count++;
            _byAddress[address] = here + 1;
            return true;
        }
    }

    /// <summary>Gives a place back.</summary>
    public void Leave(IPAddress address)
    {
        lock (_gate)
        {
            _count--;
            var left = _byAddress[address] - 1;
            if (left == 0)
            {
                _byAddress.Remove(address);
            }
            else
            {
                _byAddress[address] = left;
            }
        }
    }
}
