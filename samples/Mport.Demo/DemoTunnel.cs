using System.Text.Json;

namespace Mport.Demo;

/// <summary>The real client with one tunnel.</summary>
internal sealed class DemoTunnel : IAsyncDisposable
{
    private DemoTunnel(ChildProgram program, Uri url)
    {
        Program = program;
        Url = url;
    }

    /// <summary>The process.</summary>
    public ChildProgram Program { get; }

    /// <summary>The tunnel's public address.</summary>
    public Uri Url { get; }

    /// <summary>Starts <c>mport</c> with the arguments and waits until the public address works.</summary>
    public static async Task<DemoTunnel> StartAsync(DemoEdge edge, string scratch, IEnumerable<string> arguments, CancellationToken stop)
    {
        // The user's own configuration and client id stay out of it.
        var environment = new Dictionary<string, string>(edge.Login)
        {
            ["MPORT_CONFIG"] = "",
            ["XDG_CONFIG_HOME"] = Path.Combine(scratch, "config"),
            ["XDG_STATE_HOME"] = Path.Combine(scratch, "state"),
        };
        var program = ChildProgram.Start("mport", [.. arguments, "--json"], environment);
        try
        {
            return new DemoTunnel(program, await program.FirstAsync(ReadyUrl, "tunnel.ready from the client", stop));
        }
        catch
        {
            await program.DisposeAsync();
            throw;
        }
    }

    /// <inheritdoc />
    public ValueTask DisposeAsync() => Program.DisposeAsync();

    private static Uri? ReadyUrl(string line)
    {
        try
        {
            using var json = JsonDocument.Parse(line);
            return json.RootElement.GetProperty("event").GetString() == "tunnel.ready" && json.RootElement.GetProperty("url").GetString() is { } url
                ? new Uri(url)
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
