namespace Mport.Protocol.Carriers;

/// <summary>
/// Bounds what receive windows may grow to in all, so that many fast streams cannot promise more memory than there is. Budgets nest: a session's
/// inside the process's. Thread-safe, without locks.
/// </summary>
/// <param name="limit">Bytes beyond the initial windows.</param>
/// <param name="parent">A wider budget that must agree too.</param>
public sealed class WindowBudget(long limit, WindowBudget? parent = null)
{
    private long _used;

    /// <summary>Bytes taken.</summary>
    public long Used => Interlocked.Read(ref _used);

    /// <summary>Takes bytes, or none.</summary>
    public bool TryTake(int bytes)
    {
        if (Interlocked.Add(ref _used, bytes) <= limit && parent?.TryTake(bytes) != false)
        {
            return true;
        }

        Interlocked.Add(ref _used, -bytes);
        return false;
    }

    /// <summary>Gives bytes back.</summary>
    public void Return(int bytes)
    {
        Interlocked.Add(ref _used, -bytes);
        parent?.Return(bytes);
    }
}
