namespace Mport.Server.Tunnels;

/// <summary>
/// The hosts whose clients served them at the edge before this one and are on their way here: a request for such a host waits for its client
/// instead of failing. Thread-safe.
/// </summary>
internal sealed class ReturningHosts
{
    // A client dials within a second and needs a few round trips; a visitor who waits longer than this had better be told.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    // As many as the edge has HTTP connections.
    private const int MaxWaiting = 10_000;

    private readonly Lock _gate = new();
    private readonly Dictionary<string, TaskCompletionSource> _awaited = new(StringComparer.Ordinal);
    private TimeProvider _time = TimeProvider.System;
    private volatile int _left;
    private int _waiting;

    /// <summary>Hosts whose clients have not come yet.</summary>
    public int Left => _left;

    /// <summary>Hosts whose clients have not come yet, by name.</summary>
    public IReadOnlyList<string> Names
    {
        get
        {
            lock (_gate)
            {
                return [.. _awaited.Keys];
            }
        }
    }

    /// <summary>The clients of these hosts will come.</summary>
    public void Expect(IEnumerable<string> hosts, TimeProvider time)
    {
        lock (_gate)
        {
            _time = time;
            foreach (var host in hosts)
            {
                _awaited.TryAdd(host, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
            }

            _left = _awaited.Count;
        }
    }

    /// <summary>Whether the client of this host is on its way.</summary>
    public bool IsAwaited(string host)
    {
        if (_left == 0)
        {
            return false;
        }

        lock (_gate)
        {
            return _awaited.ContainsKey(host);
        }
    }

    /// <summary>The client is here.</summary>
    public void Arrived(string host)
    {
        if (_left == 0)
        {
            return;
        }

        TaskCompletionSource? arrived;
        lock (_gate)
        {
            _awaited.Remove(host, out arrived);
            _left = _awaited.Count;
        }

        arrived?.SetResult();
    }

    /// <summary>Who has not come by now is not waited for any more; gives their number.</summary>
    public int GiveUp()
    {
        List<TaskCompletionSource> missing;
        lock (_gate)
        {
            missing = [.. _awaited.Values];
            _awaited.Clear();
            _left = 0;
        }

        missing.ForEach(one => one.SetResult());
        return missing.Count;
    }

    /// <summary>Waits until the client is here, for as long as a visitor may be kept waiting.</summary>
    public async Task WaitAsync(string host, CancellationToken cancellationToken)
    {
        Task arrival;
        lock (_gate)
        {
            if (!_awaited.TryGetValue(host, out var awaited) || _waiting == MaxWaiting)
            {
                return;
            }

            _waiting++;
            arrival = awaited.Task;
        }

        await arrival.WaitAsync(Patience, _time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        lock (_gate)
        {
            _waiting--;
        }
    }
}
