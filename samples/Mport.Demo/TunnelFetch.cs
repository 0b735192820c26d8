using System.Net.Sockets;

namespace Mport.Demo;

/// <summary>A visitor of the demo's own tunnels.</summary>
internal static class TunnelFetch
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    /// <summary>The page at <paramref name="address"/>, asked for under its real name but always from this machine: not every resolver knows *.localhost.</summary>
    public static async Task<string> GetAsync(Uri address, CancellationToken stop)
    {
        using var handler = new SocketsHttpHandler { ConnectCallback = ConnectAsync, UseProxy = false, AllowAutoRedirect = false };
        using var http = new HttpClient(handler) { Timeout = Limit };
        try
        {
            using var response = await http.GetAsync(address, stop);
            var body = await response.Content.ReadAsStringAsync(stop);
            return response.IsSuccessStatusCode ? body : throw new DemoException($"{address} answered {(int)response.StatusCode}: {body}");
        }
        catch (HttpRequestException failure)
        {
            throw new DemoException($"{address} did not answer: {failure.Message}");
        }
        catch (TaskCanceledException) when (!stop.IsCancellationRequested)
        {
            throw new DemoException($"{address} did not answer within {Limit.TotalSeconds:0} s.");
        }
    }

    private static async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken stop)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync("127.0.0.1", context.DnsEndPoint.Port, stop);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
