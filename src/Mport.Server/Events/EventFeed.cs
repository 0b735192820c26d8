using System.Collections.Concurrent;
using System.Threading.Channels;

namespace Mport.Server.Events;

/// <summary>
/// Gives what is new in the log to those who follow it. One look at the database serves all of them: soon after this edge has written, and now and then for
/// what other processes write. Thread-safe.
/// </summary>
internal sealed class EventFeed(EventStore store, EventsMetrics metrics, TimeProvider time, ILogger<EventFeed> logger)
{
    private const int Page = 500;
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<EventListener, bool> _listeners = new();
    private readonly Channel<bool> _written = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private long _place;
    private volatile bool _isClosed;

    /// <summary>Those who follow now.</summary>
    public int Listeners => _listeners.Count;

    /// <summary>Events were written.</summary>
    public void Wake() => _written.Writer.TryWrite(true);

    /// <summary>Follows from now on; what is older is to be read from the store. Dispose to end.</summary>
    public EventListener Listen()
    {
        var listener = new EventListener(this);
        _listeners[listener] = true;
        metrics.Streams(1);
        if (_isClosed)
        {
            listener.End();
        }

        return listener;
    }

    /// <summary>Runs until cancelled; then all listeners end.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            while (true)
            {
                await WaitAsync(cancellationToken);
                try
                {
                    await PassAsync(cancellationToken);
                }
                catch (Exception error) when (error is not OperationCanceledException)
                {
                    logger.EventsNotRead((error.InnerException ?? error).Message);
                }
            }
        }
        finally
        {
            Close();
        }
    }

    /// <summary>All listeners end, and whoever comes later.</summary>
    public void Close()
    {
        _isClosed = true;
        foreach (var listener in _listeners.Keys)
        {
            listener.End();
        }
    }

    internal void Remove(EventListener listener)
    {
        if (_listeners.TryRemove(listener, out _))
        {
            metrics.Streams(-1);
        }
    }

    private async Task WaitAsync(CancellationToken cancellationToken)
    {
        try
        {
            await _written.Reader.ReadAsync(cancellationToken).AsTask().WaitAsync(LongestPause, time, cancellationToken);
        }
        catch (TimeoutException)
        {
            // What another process has written makes no noise here.
        }
    }

    private async Task PassAsync(CancellationToken cancellationToken)
    {
        if (_listeners.IsEmpty)
        {
            // Nobody follows: who comes now reads the store first, from wherever he wants.
            _place = 0;
            return;
        }

        if (_place == 0)
        {
            _place = (await store.FindHeadAsync(cancellationToken)).Sequence;
            Offer(new EventNews(_place, []));
            return;
        }

        IReadOnlyList<EventRecord> news;
        do
        {
            news = await store.ListAsync(new EventQuery { Cursor = _place, Limit = Page }, cancellationToken);
            if (news.Count > 0)
            {
                Offer(new EventNews(_place, news));
                _place = news[^1].Sequence;
            }
        }
        while (news.Count == Page);
    }

    private void Offer(EventNews news)
    {
        foreach (var listener in _listeners.Keys)
        {
            if (!listener.TryOffer(news))
            {
                metrics.StreamCut();
            }
        }
    }
}
