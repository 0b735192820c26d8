namespace Mport.EndToEnd.Tests.Kit;

/// <summary>A real client with one tunnel that works.</summary>
internal sealed class ServedTunnel : IAsyncDisposable
{
    private readonly string[] _arguments;

    private ServedTunnel(string[] arguments, ClientHome home, ClientProcess client, Uri url)
    {
        _arguments = arguments;
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

    /// <summary>Opens any tunnel.</summary>
    public static Task<ServedTunnel> StartedAsync(EdgeProcess edge, params string[] arguments) => StartAsync(edge, arguments);

    /// <summary>Starts a further client with the same tunnel, on the same machine or elsewhere.</summary>
    public ClientProcess Again(EdgeProcess edge, ClientHome? elsewhere = null, params string[] options) => ClientProcess.Start(edge, elsewhere ?? Home, [.. _arguments, .. options]);

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await Client.DisposeAsync();
        Home.Dispose();
    }

    // A killed client's tunnel waits for it by its name; the default name is the target's port, which another test may get meanwhile. A group names it too.
    private static string[] Named(string[] arguments) =>
        arguments.Contains("--name") || arguments.Contains("--group") ? arguments : [.. arguments, "--name", $"t-{Guid.NewGuid():N}"];

    private static async Task<ServedTunnel> StartAsync(EdgeProcess edge, string[] options)
    {
        var arguments = Named(options);
        var home = new ClientHome();
        var client = ClientProcess.Start(edge, home, arguments);
        try
        {
            return new ServedTunnel(arguments, home, client, await client.ReadyAsync());
        }
        catch
        {
            await client.DisposeAsync();
            home.Dispose();
            throw;
        }
    }
}
