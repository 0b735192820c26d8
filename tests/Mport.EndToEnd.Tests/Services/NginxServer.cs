using Mport.EndToEnd.Tests.Kit;

namespace Mport.EndToEnd.Tests.Services;

/// <summary>A real nginx with one server of the test's own words.</summary>
internal sealed class NginxServer : IAsyncDisposable
{
    private readonly ScratchFolder _scratch;
    private readonly ProgramProcess _process;

    private NginxServer(ScratchFolder scratch, ProgramProcess process, int port)
    {
        _scratch = scratch;
        _process = process;
        Port = port;
    }

    /// <summary>Where it listens.</summary>
    public int Port { get; }

    /// <summary>Starts it, or skips the test where nginx is not installed.</summary>
    /// <param name="listen">What follows the port in the <c>listen</c> line.</param>
    /// <param name="server">The rest of the <c>server</c> block.</param>
    public static async Task<NginxServer> StartAsync(string listen, string server)
    {
        var nginx = Programs.OnPath("nginx");
        Assert.SkipWhen(nginx is null, "nginx is not installed");
        var (port, scratch) = (PortBlock.Find(1).First, new ScratchFolder());
        await File.WriteAllTextAsync(
            scratch.File("nginx.conf"),
            $$"""
            daemon off;
            worker_processes 1;
            pid {{scratch.File("pid")}};
            error_log stderr notice;
            events { worker_connections 256; }
            http {
              access_log off;
              client_body_temp_path {{scratch.File("body")}};
              proxy_temp_path {{scratch.File("proxy")}};
              server {
                listen 127.0.0.1:{{port}} {{listen}};
                {{server}}
              }
            }

            """);
        var process = ProgramProcess.Start(nginx, ["-c", scratch.File("nginx.conf"), "-p", scratch.Path]);
        // Written once the sockets listen.
        await process.Errors.FirstAsync(line => line.Contains("start worker process", StringComparison.Ordinal), "nginx to start its worker");
        return new NginxServer(scratch, process, port);
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await _process.DisposeAsync();
        _scratch.Dispose();
    }
}
