using System.Net.Sockets;
using Mport.EndToEnd.Tests.Kit;
using Mport.Testing;

namespace Mport.EndToEnd.Tests.Services;

/// <summary>The real server of <c>adb</c>, with a port and keys of its own.</summary>
internal sealed class AdbServer : IAsyncDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    private readonly ScratchFolder _home = new();
    private readonly ProgramProcess _process;

    private AdbServer(string adb)
    {
        Adb = adb;
        _process = ProgramProcess.Start(adb, ["-P", $"{Port}", "nodaemon", "server"], Environment);
    }

    /// <summary>Where it listens.</summary>
    public int Port { get; } = PortBlock.Find(1).First;

    private string Adb { get; }

    private Dictionary<string, string> Environment => new() { ["HOME"] = _home.Path, ["ANDROID_USER_HOME"] = _home.Path };

    /// <summary>Starts it, or skips the test where <c>adb</c> is not installed.</summary>
    public static async Task<AdbServer> StartAsync()
    {
        var adb = Programs.OnPath("adb");
        Assert.SkipWhen(adb is null, "adb is not installed");
        var server = new AdbServer(adb);
        try
        {
            await server.ListensAsync().Limited($"adb to listen on port {server.Port}");
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>Asks a server, through another address than its own.</summary>
    public async Task<string> AskAsync(Uri address, string command) =>
        (await Ran.ToEndAsync(Adb, ["-H", "127.0.0.1", "-P", $"{address.Port}", command], Environment)).Succeeded();

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await _process.DisposeAsync();
        _home.Dispose();
    }

    // It says nothing when it listens: there is nothing to wait for but the port itself.
    private async Task ListensAsync()
    {
        while (true)
        {
            using var probe = new TcpClient();
            try
            {
                await probe.ConnectAsync("127.0.0.1", Port);
                return;
            }
            catch (SocketException)
            {
                await Task.Delay(Pause, TimeProvider.System);
            }
        }
    }
}
