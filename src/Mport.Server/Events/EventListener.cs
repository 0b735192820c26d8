using System.Threading.Channels;

namespace Mport.Server.Events;

/// <summary>One who follows the log. What he does not take in time fills his queue; when it is full, he is cut, and may go on from where he was.</summary>
internal sealed class EventListener(EventFeed feed) : IDisposable
{
    // Each at most one page of the feed, which all listeners share.
    private const int MaxWaiting = 16;

    private readonly Channel<EventNews> _news = Channel.CreateBounded<EventNews>(MaxWaiting);
    private volatile bool _isCut;

    /// <summary>Whether he read too slowly.</summary>
    public bool IsCut => _isCut;

    /// <summary>The next news; null when there will be none: the edge ends, or he was too slow.</summary>
    public async ValueTask<EventNews?> ReadAsync(CancellationToken cancellationToken) =>
        await _news.Reader.WaitToReadAsync(cancellationToken) && _news.Reader.TryRead(out var next) ? next : null;

    /// <summary>Follows no more.</summary>
    public void Dispose()
    {
        feed.Remove(this);
        End();
    }

    internal void End() => _news.Writer.TryComplete();

    internal bool TryOffer(EventNews news)
    {
        if (_news.Writer.TryWrite(news))
        {
            return true;
        }

        // What waits is not worth sending: he takes up from the store what he has missed.
        _isCut = true;
        Dispose();
        return false;
    }
}

/// <summary>What is new in the log.</summary>
/// <param name="Behind">The place that it follows: who has not come so far has missed something, which is in the store.</param>
/// <param name="Events">The events, in their order.</param>
internal sealed record EventNews(long Behind, IReadOnlyList<EventRecord> Events);
