using Mport.Protocol.Carriers;

namespace Mport.Protocol.Resume;

/// <summary>
/// How much memory the unacknowledged bytes of one carrier may take: a little is free, more comes out of the budget, up to the window. Pure but for
/// the shared budget; not thread-safe.
/// </summary>
internal sealed class RingAllowance(long window, MemoryBudget budget)
{
    /// <summary>What each carrier has without asking: the frames of a chat, and the first of a flow.</summary>
    public const int Free = 64 * 1024;

    private long _budgeted;

    /// <summary>Memory held now.</summary>
    public long Used { get; private set; }

    /// <summary>Takes memory. Whoever holds none always gets it: one batch a round trip goes on without any budget.</summary>
    public bool TryTake(int bytes)
    {
        var after = Used + bytes;
        if (after > window && Used > 0)
        {
            return false;
        }

        var wanted = after - Free - _budgeted;
        if (wanted > 0 && budget.TryTake((int)wanted))
        {
            _budgeted += wanted;
        }
        else if (wanted > 0 && Used > 0)
        {
            return false;
        }

        Used = after;
        return true;
    }

    /// <summary>Gives memory back.</summary>
    public void Return(int bytes)
    {
        Used -= bytes;
        var spare = _budgeted - Math.Max(0, Used - Free);
        if (spare > 0)
        {
            budget.Return((int)spare);
            _budgeted -= spare;
        }
    }

    /// <summary>Gives all back.</summary>
    public void Clear()
    {
        budget.Return((int)_budgeted);
        _budgeted = 0;
        Used = 0;
    }
}
