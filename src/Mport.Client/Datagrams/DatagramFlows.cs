using System.Collections.Concurrent;
using System.Net;
using Mport.Protocol.Carriers;
using Mport.Protocol.Datagrams;

namespace Mport.Client.Datagrams;

/// <summary>
/// The visitors of all UDP tunnels of a run. They belong to the run and not to a session, so that a visitor keeps its socket at the target when the
/// connection to the edge is lost and comes back, or when the edge is updated. Thread-safe.
/// </summary>
internal sealed class DatagramFlows
{
    // Sixty-four full queues, see DatagramLimits.
    private const long QueueBudgetBytes = 64 * 1024 * 1024;
    private const int SweepsPerIdleTime = 4;

    private readonly Lock _gate = new();
    private readonly TimeProvider _time;
    private readonly TimeSpan _idle;
    private readonly OwnedTasks _tasks;
    private readonly FlowTable<(HostedTunnel Tunnel, IPEndPoint Visitor), HostedTunnel, DatagramFlow> _flows;
    private readonly ConcurrentDictionary<HostedTunnel, DatagramTarget> _targets = [];
    private bool _closed;

    /// <summary>There are none.</summary>
    public DatagramFlows(ClientOptions options, IClientObserver observer, TimeProvider time)
    {
        _time = time;
        _idle = options.DatagramIdle;
        _flows = new(options.MaxDatagramFlows, options.MaxDatagramFlows, (long)(_idle.TotalSeconds * time.TimestampFrequency));

        // A flow that was pushed out ends its loop a moment after its successor has begun one.
        _tasks = new OwnedTasks(2 * options.MaxDatagramFlows, error => observer.On(new UnexpectedError(error)));
    }

    /// <summary>Flows now.</summary>
    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _flows.Count;
            }
        }
    }

    /// <summary>Bounds the queues of all streams together.</summary>
    public MemoryBudget Queues { get; } = new(QueueBudgetBytes);

    /// <summary>The target of a tunnel.</summary>
    public DatagramTarget TargetOf(HostedTunnel tunnel) => _targets.GetOrAdd(tunnel, static _ => new DatagramTarget());

    /// <summary>The flow of a visitor, a new one where it has none; its answers go this way from now on. Null when the run is over.</summary>
    public DatagramFlow? Attach(HostedTunnel tunnel, IPEndPoint visitor, DatagramWay way, EngineContext context)
    {
        DatagramFlow flow;
        DatagramFlow? pushedOut;
        lock (_gate)
        {
            if (_closed)
            {
                return null;
            }

            var now = _time.GetTimestamp();
            if (_flows.Use((tunnel, visitor), now) is { } known)
            {
                known.Attach(way);
                return known;
            }

            flow = new DatagramFlow(tunnel, visitor, TargetOf(tunnel), context);
            flow.Attach(way);
            pushedOut = _flows.Add(flow.Key, tunnel, flow, now);
        }

        pushedOut?.Close();
        flow.Open();
        return flow;
    }

    /// <summary>The flow was used.</summary>
    public void Use(DatagramFlow flow, long now)
    {
        lock (_gate)
        {
            _flows.Use(flow.Key, now);
        }
    }

    /// <summary>Closes a flow.</summary>
    public void Remove(DatagramFlow flow)
    {
        lock (_gate)
        {
            // Another flow may have the visitor by now.
            if (_flows.Find(flow.Key) == flow)
            {
                _flows.Remove(flow.Key);
            }
        }

        flow.Close();
    }

    /// <summary>Starts a flow's loop; false when there are too many.</summary>
    public bool TryRun(Func<Task> work) => _tasks.TryStart(work);

    /// <summary>Closes flows that were idle for too long, until the run is over; then all.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            await Task.Delay(_idle / SweepsPerIdleTime, _time, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            Close(TakeIdle());
        }

        Close(TakeAll());
        await _tasks.WhenIdleAsync();
    }

    private static void Close(List<DatagramFlow> flows) => flows.ForEach(flow => flow.Close());

    private List<DatagramFlow> TakeIdle()
    {
        var idle = new List<DatagramFlow>();
        lock (_gate)
        {
            while (_flows.RemoveIdle(_time.GetTimestamp()) is { } flow)
            {
                idle.Add(flow);
            }
        }

        return idle;
    }

    private List<DatagramFlow> TakeAll()
    {
        lock (_gate)
        {
            _closed = true;
            List<DatagramFlow> all = [.. _flows.All];
            all.ForEach(flow => _flows.Remove(flow.Key));
            return all;
        }
    }
}
