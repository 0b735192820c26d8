using System.Collections.Concurrent;

namespace Mport.Server.Tunnels.Udp;

/// <summary>Keeps a few batches for the next use; as many are made as are used at one time. Thread-safe.</summary>
/// <param name="make">Makes one.</param>
internal sealed class BatchPool<T>(Func<T> make)
    where T : class
{
    // They are used while a thread sends or receives, never while one waits: more than threads that run cannot be of use.
    private readonly int _kept = Environment.ProcessorCount + 1;
    private readonly ConcurrentBag<T> _free = [];

    /// <summary>Takes one.</summary>
    public T Rent() => _free.TryTake(out var batch) ? batch : make();

    /// <summary>Gives one back.</summary>
    public void Return(T batch)
    {
        if (_free.Count < _kept)
        {
            _free.Add(batch);
        }
    }
}
