using System.Collections.Concurrent;
using Mport.Bench.Processes;

namespace Mport.Bench.Users;

/// <summary>Small requests through an HTTP tunnel at a steady rate, whether the answers keep up or not.</summary>
internal sealed class TunnelTraffic(EdgeUnderLoad edge, string host, int perSecond)
{
    private const int Beats = 100;
    private readonly ConcurrentDictionary<Task, bool> _underWay = new();
    private long _answered;
    private long _failed;

    /// <summary>Requests that were answered well.</summary>
    public long Answered => Interlocked.Read(ref _answered);

    /// <summary>Requests that were not.</summary>
    public long Failed => Interlocked.Read(ref _failed);

    /// <summary>Sends until it is told to stop, and waits for the last answers.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false, MaxConnectionsPerServer = 256 }) { BaseAddress = new Uri($"http://127.0.0.1:{edge.HttpPort}/") };
        http.DefaultRequestHeaders.Host = host;
        using var beat = new PeriodicTimer(TimeSpan.FromSeconds(1.0 / Beats), TimeProvider.System);
        try
        {
            while (await beat.WaitForNextTickAsync(stop))
            {
                for (var i = 0; i < perSecond / Beats; i++)
                {
                    var asking = AskAsync(http);
                    _underWay[asking] = true;
                    _ = asking.ContinueWith(done => _underWay.TryRemove(done, out var _), TaskScheduler.Default);
                }
            }
        }
        catch (OperationCanceledException)
        {
            await Task.WhenAll(_underWay.Keys);
        }
    }

    private async Task AskAsync(HttpClient http)
    {
        try
        {
            using var response = await http.GetAsync(new Uri("?n=1", UriKind.Relative));
            Interlocked.Increment(ref response.IsSuccessStatusCode ? ref _answered : ref _failed);
        }
        catch (HttpRequestException)
        {
            Interlocked.Increment(ref _failed);
        }
    }
}
