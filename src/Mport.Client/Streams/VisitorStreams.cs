using Mport.Client.Sessions;
using Mport.Protocol.Carriers;

namespace Mport.Client.Streams;

/// <summary>Takes the streams that the edge opens in one session, on any of its carriers; each is served by a task of its own, so that none delays another.</summary>
internal sealed class VisitorStreams
{
    private readonly OwnedTasks _serving;
    private readonly VisitorConnection _connection;
    private volatile bool _acceptsNoMore;
    private volatile int _begun;

    /// <summary>Makes the loops for one session.</summary>
    /// <param name="table">The session's tunnel numbers.</param>
    /// <param name="limit">Streams at one time, on all carriers together.</param>
    /// <param name="context">What all parts of the engine share.</param>
    public VisitorStreams(SessionTunnels table, int limit, EngineContext context)
    {
        _serving = new OwnedTasks(limit, context.TellDefect);
        _connection = new VisitorConnection(table, context);
    }

    /// <summary>Streams that the edge has opened, those that have ended included.</summary>
    public int Begun => _begun;

    /// <summary>From now on, new streams are reset; those that run go on.</summary>
    public void AcceptNoMore() => _acceptsNoMore = true;

    /// <summary>Completes when no stream is served.</summary>
    public Task WhenIdleAsync() => _serving.WhenIdleAsync();

    /// <summary>Accepts from one carrier until it ends or the session is closed.</summary>
    public async Task RunAsync(Carrier carrier, CancellationToken closing)
    {
        try
        {
            while (await carrier.AcceptStreamAsync(closing) is { } stream)
            {
                Interlocked.Increment(ref _begun);
                if (_acceptsNoMore || !_serving.TryStart(() => _connection.ServeAsync(stream, closing)))
                {
                    stream.Reset();
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The session is being closed.
        }
    }
}
