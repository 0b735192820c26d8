namespace Mport.EndToEnd.Tests.Kit;

/// <summary>A real client with one tunnel that works.</summary>
internal sealed class ServedTunnel : IAsyncDisposable
{
    private ServedTunnel(ClientHome home, ClientProcess client, Uri url)
    {
        Home = home;
        Client = client;
        Url = url;
    }

    /// <summary>The client's folders.</summary>
    public ClientHome Home { get; }

    /// <summary>The client.</summary>
    public ClientProcess Client { get; }

    /// <summary>The public address.</summary>
    public Uri Url { get; }

    /// <summary>Opens a TCP tunnel to a local port.</summary>
    public static Task<ServedTunnel> TcpAsync(EdgeProcess edge, int target, params string[] options) => StartAsync(edge, ["tcp", $"{target}", .. options]);

    /// <summary>Opens a UDP tunnel to a local port.</summary>
    public static Task<ServedTunnel> UdpAsync(EdgeProcess edge, int target, params string[] options) => StartAsync(edge, ["udp", $"{target}", .. options]);

    /// <summary>Opens a TCP and a UDP tunnel of one public number to a local port.</summary>
    public static Task<ServedTunnel> TcpUdpAsync(EdgeProcess edge, int target, params string[] options) => StartAsync(edge, ["tcp+udp", $"{target}", .. options]);

    /// <summary>Opens an HTTP tunnel to a local port.</summary>
    public static Task<ServedTunnel> HttpAsync(EdgeProcess edge, int target, params string[] options) => StartAsync(edge, ["http", $"{target}", .. options]);

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await Client.DisposeAsync();
        Home.Dispose();
    }

    private static async Task<ServedTunnel> StartAsync(EdgeProcess edge, string[] arguments)
    {
        // A killed client's tunnel waits for it by its name; the default name is the target's port, which another test may get meanwhile.
        var home = new ClientHome();
        var client = ClientProcess.Start(edge, home, arguments.Contains("--name") ? arguments : [.. arguments, "--name", $"t-{Guid.NewGuid():N}"]);
        try
        {
            return new ServedTunnel(home, client, await client.ReadyAsync());
        }
        catch
        {
            await client.DisposeAsync();
            home.Dispose();
            throw;
        }
    }
}
