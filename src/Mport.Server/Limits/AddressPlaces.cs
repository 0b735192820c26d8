using Mport.Server.Edge.Listeners;

namespace Mport.Server.Limits;

/// <summary>Counts connections, in all and by address, against two limits. Thread-safe.</summary>
/// <param name="max">Connections in all.</param>
/// <param name="maxPerAddress">Connections of one address.</param>
internal sealed class AddressPlaces(int max, int maxPerAddress)
{
    private readonly Places<AddressBlock> _addresses = new(maxPerAddress);
    private int _count;

    /// <summary>Connections now.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <summary>Takes a place, or none; each place taken is given back with <see cref="Leave"/>.</summary>
    public bool TryEnter(AddressBlock address)
    {
        if (Interlocked.Increment(ref _count) <= max && _addresses.TryEnter(address))
        {
            return true;
        }

        Interlocked.Decrement(ref _count);
        return false;
    }

    /// <summary>Gives a place back.</summary>
    public void Leave(AddressBlock address)
    {
        _addresses.Leave(address);
        Interlocked.Decrement(ref _count);
    }
}
