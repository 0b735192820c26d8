namespace Mport.Server.Limits;

/// <summary>Counts what is there now by a key, against one limit for each. Holds an entry only for keys that have something. Thread-safe.</summary>
/// <param name="max">Places of one key.</param>
internal sealed class Places<TKey>(int max)
    where TKey : notnull
{
    private readonly Lock _gate = new();
    private readonly Dictionary<TKey, int> _taken = [];

    /// <summary>Keys that have something.</summary>
    public int Keys
    {
        get
        {
            lock (_gate)
            {
                return _taken.Count;
            }
        }
    }

    /// <summary>Takes a place, or none; each place taken is given back with <see cref="Leave"/>.</summary>
    public bool TryEnter(TKey key)
    {
        lock (_gate)
        {
            var here = _taken.GetValueOrDefault(key);
            if (here >= max)
            {
                return false;
            }

            _taken[key] = here + 1;
            return true;
        }
    }

    /// <summary>Gives a place back.</summary>
    public void Leave(TKey key)
    {
        lock (_gate)
        {
            if (_taken[key] == 1)
            {
                _taken.Remove(key);
            }
            else
            {
                _taken[key]--;
            }
        }
    }
}
