using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;

namespace Mport.Testing;

/// <summary>A real ACME authority for tests (Debian's pebble) on ports of its own. It looks at names where a test wants it to.</summary>
public sealed class PebbleServer : IAsyncDisposable
{
    private const string Program = "/usr/bin/pebble";

    private readonly string _folder = System.IO.Directory.CreateTempSubdirectory("mport-pebble-").FullName;
    private readonly int _port = FreePort();
    private readonly int _managementPort = FreePort();
    private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly HttpClient _http;
    private Process? _process;
    private Task _reading = Task.CompletedTask;

    private PebbleServer(string thumbprint)
    {
        _http = new HttpClient(new SocketsHttpHandler { UseProxy = false, SslOptions = { RemoteCertificateValidationCallback = (_, shown, _, _) => shown?.GetCertHashString() == thumbprint } });
    }

    /// <summary>Why there can be none on this machine; null when there can.</summary>
    public static string? Missing => File.Exists(Program) ? null : "pebble is not installed";

    /// <summary>Its directory.</summary>
    public Uri Directory => new($"https://localhost:{_port}/dir");

    /// <summary>The certificate that its own server shows, in PEM form.</summary>
    public string CaFile => Path.Combine(_folder, "server.pem");

    /// <summary>One that does not run yet: what needs its addresses can be started first.</summary>
    public static async Task<PebbleServer> PrepareAsync()
    {
        using var certificate = TestCertificates.SelfSigned();
        var server = new PebbleServer(certificate.Thumbprint);
        using var key = certificate.GetECDsaPrivateKey();
        await File.WriteAllTextAsync(server.CaFile, certificate.ExportCertificatePem());
        await File.WriteAllTextAsync(server.KeyFile, key?.ExportPkcs8PrivateKeyPem());
        return server;
    }

    /// <summary>Runs it.</summary>
    /// <param name="httpPort">Where it looks for http-01.</param>
    /// <param name="tlsPort">Where it looks for tls-alpn-01.</param>
    /// <param name="dns">The DNS server that it asks.</param>
    /// <param name="refusedNonces">How many of a hundred nonces it refuses for nothing.</param>
    /// <param name="validSeconds">How long certificates are good; null for years.</param>
    public async Task RunAsync(int httpPort, int tlsPort, IPEndPoint dns, int refusedNonces = 0, long? validSeconds = null)
    {
        var settings = new Dictionary<string, object>(StringComparer.Ordinal)
        {
            ["listenAddress"] = $"127.0.0.1:{_port}",
            ["managementListenAddress"] = $"127.0.0.1:{_managementPort}",
            ["certificate"] = CaFile,
            ["privateKey"] = KeyFile,
            ["httpPort"] = httpPort,
            ["tlsPort"] = tlsPort,
        };
        if (validSeconds is { } valid)
        {
            settings["certificateValidityPeriod"] = valid;
        }

        var config = Path.Combine(_folder, "config.json");
        await File.WriteAllTextAsync(config, JsonSerializer.Serialize(new Dictionary<string, object>(StringComparer.Ordinal) { ["pebble"] = settings }));
        var start = new ProcessStartInfo(Program, ["-config", config, "-dnsserver", dns.ToString()]) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["PEBBLE_VA_NOSLEEP"] = "1";
        start.Environment["PEBBLE_WFE_NONCEREJECT"] = refusedNonces.ToString(CultureInfo.InvariantCulture);
        start.Environment["PEBBLE_AUTHZREUSE"] = "0";
        _process = Process.Start(start) ?? throw new InvalidOperationException("pebble did not start.");
        _reading = Task.WhenAll(ReadAsync(_process.StandardOutput), ReadAsync(_process.StandardError));
        await _ready.Task.Limited("pebble to listen");
    }

    /// <summary>The authority that its certificates chain to, in PEM form.</summary>
    public async Task<string> RootAsync() => await _http.GetStringAsync(new Uri($"https://localhost:{_managementPort}/roots/0")).Limited("pebble's root");

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        if (_process is not null)
        {
            _process.Kill();
            await _process.WaitForExitAsync().Limited("pebble to end");
            await _reading.Limited("pebble's output to end");
            _process.Dispose();
        }

        System.IO.Directory.Delete(_folder, recursive: true);
    }

    private string KeyFile => Path.Combine(_folder, "server.key");

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
