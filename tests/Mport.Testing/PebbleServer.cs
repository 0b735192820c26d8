using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http;
using System.Net.Sockets;
using System.Text.Json;

namespace Mport.Testing;

/// <summary>A real ACME authority for tests (Debian's pebble) on ports of its own. It looks at names where a test wants it to.</summary>
public sealed class PebbleServer : IAsyncDisposable
{
    private const string Program = "/usr/bin/pebble";

    private readonly Process _process;
    private readonly string _folder;
    private readonly Task _reading;
    private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly HttpClient _http;

    private PebbleServer(Process process, string folder, string thumbprint, int port, int managementPort)
    {
        _process = process;
        _folder = folder;
        Directory = new Uri($"https://localhost:{port}/dir");
        Management = new Uri($"https://localhost:{managementPort}");
        _http = new HttpClient(new SocketsHttpHandler { UseProxy = false, SslOptions = { RemoteCertificateValidationCallback = (_, shown, _, _) => shown?.GetCertHashString() == thumbprint } });
        _reading = Task.WhenAll(ReadAsync(process.StandardOutput), ReadAsync(process.StandardError));
    }

    /// <summary>Why there can be none on this machine; null when there can.</summary>
    public static string? Missing => File.Exists(Program) ? null : "pebble is not installed";

    /// <summary>Its directory.</summary>
    public Uri Directory { get; }

    /// <summary>Its own pages.</summary>
    public Uri Management { get; }

    /// <summary>The certificate that its own server shows, in PEM form.</summary>
    public string CaFile => Path.Combine(_folder, "server.pem");

    /// <summary>Starts one.</summary>
    /// <param name="httpPort">Where it looks for http-01.</param>
    /// <param name="tlsPort">Where it looks for tls-alpn-01.</param>
    /// <param name="dns">The DNS server that it asks.</param>
    /// <param name="refusedNonces">How many of a hundred nonces it refuses for nothing.</param>
    /// <param name="validSeconds">How long certificates are good; null for years.</param>
    public static async Task<PebbleServer> StartAsync(int httpPort, int tlsPort, IPEndPoint dns, int refusedNonces = 0, long? validSeconds = null)
    {
        var folder = System.IO.Directory.CreateTempSubdirectory("mport-pebble-").FullName;
        var (port, management) = (FreePort(), FreePort());
        string thumbprint;
        using (var certificate = TestCertificates.SelfSigned())
        {
            thumbprint = certificate.Thumbprint;
            await File.WriteAllTextAsync(Path.Combine(folder, "server.pem"), certificate.ExportCertificatePem());
            using var key = System.Security.Cryptography.X509Certificates.ECDsaCertificateExtensions.GetECDsaPrivateKey(certificate);
            await File.WriteAllTextAsync(Path.Combine(folder, "server.key"), key?.ExportPkcs8PrivateKeyPem());
        }

        var settings = new Dictionary<string, object>(StringComparer.Ordinal)
        {
            ["listenAddress"] = $"127.0.0.1:{port}",
            ["managementListenAddress"] = $"127.0.0.1:{management}",
            ["certificate"] = Path.Combine(folder, "server.pem"),
            ["privateKey"] = Path.Combine(folder, "server.key"),
            ["httpPort"] = httpPort,
            ["tlsPort"] = tlsPort,
        };
        if (validSeconds is { } valid)
        {
            settings["certificateValidityPeriod"] = valid;
        }

        var config = Path.Combine(folder, "config.json");
        await File.WriteAllTextAsync(config, JsonSerializer.Serialize(new Dictionary<string, object>(StringComparer.Ordinal) { ["pebble"] = settings }));
        var start = new ProcessStartInfo(Program, ["-config", config, "-dnsserver", dns.ToString()]) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["PEBBLE_VA_NOSLEEP"] = "1";
        start.Environment["PEBBLE_WFE_NONCEREJECT"] = refusedNonces.ToString(CultureInfo.InvariantCulture);
        start.Environment["PEBBLE_AUTHZREUSE"] = "0";
        var server = new PebbleServer(Process.Start(start) ?? throw new InvalidOperationException("pebble did not start."), folder, thumbprint, port, management);
        await server._ready.Task.Limited("pebble to listen");
        return server;
    }

    /// <summary>The authority that its certificates chain to, in PEM form.</summary>
    public async Task<string> RootAsync() => await _http.GetStringAsync(new Uri(Management, "/roots/0")).Limited("pebble's root");

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        _process.Kill();
        await _process.WaitForExitAsync().Limited("pebble to end");
        await _reading.Limited("pebble's output to end");
        _process.Dispose();
        System.IO.Directory.Delete(_folder, recursive: true);
    }

    private static int FreePort()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint?)socket.LocalEndPoint)?.Port ?? 0;
    }

    private async Task ReadAsync(StreamReader output)
    {
        while (await output.ReadLineAsync() is { } line)
        {
            if (line.Contains("ACME directory available", StringComparison.Ordinal))
            {
                _ready.TrySetResult();
            }
        }

        _ready.TrySetException(new InvalidOperationException("pebble ended."));
    }
}
