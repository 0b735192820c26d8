using System.Globalization;

namespace Mport.Bench.Processes;

/// <summary>The real <c>out/mportd</c> on ports and data of its own; it can be ended and started again on the same data.</summary>
internal sealed class EdgeUnderLoad : IAsyncDisposable
{
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(30);
    private readonly IReadOnlyList<string> _command;
    private readonly string _data;
    private readonly (string Name, string Value)[] _environment;
    private Child? _process;

    /// <summary>Names the edge; <see cref="StartAsync"/> sets it going.</summary>
    /// <param name="folder">For its data.</param>
    /// <param name="options">Further options of <c>mportd serve</c>.</param>
    /// <param name="wrapper">What the command begins with, such as <c>taskset -c 0</c>.</param>
    /// <param name="environment">Further variables.</param>
    public EdgeUnderLoad(string folder, IEnumerable<string> options, IEnumerable<string> wrapper, params (string Name, string Value)[] environment)
    {
        var ports = FreePorts.Find(2, 10000, 19999);
        HttpPort = ports[0];
        TlsPort = ports[1];
        _environment = environment;
        _data = Path.Combine(folder, "edge");
        _command =
        [
            .. wrapper, "out/mportd", "serve", "--data", _data, "--domain", "localhost", "--listen", "127.0.0.1",
            "--http-port", Text(HttpPort), "--tls-port", Text(TlsPort), .. options,
        ];
    }

    /// <summary>The port for HTTP.</summary>
    public int HttpPort { get; }

    /// <summary>The port for clients.</summary>
    public int TlsPort { get; }

    /// <summary>The owner's token, from the first start.</summary>
    public string Token { get; private set; } = "";

    /// <summary>The pin of the certificate.</summary>
    public string Pin { get; private set; } = "";

    /// <summary>The process.</summary>
    public Child Process => _process ?? throw new BenchException("the edge does not run");

    /// <summary>Starts it, and waits until it listens.</summary>
    public async Task StartAsync()
    {
        _process = Child.Start(_command, _environment);
        if (Token.Length == 0)
        {
            var line = await _process.LineAsync(text => text.Contains("mport login", StringComparison.Ordinal) && text.Contains("--pin", StringComparison.Ordinal), StartLimit);
            var words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries).ToList();
            Token = words[words.IndexOf("--token") + 1];
            Pin = words[words.IndexOf("--pin") + 1];
        }

        _process.ReadAway();
        using var late = new CancellationTokenSource(StartLimit);
        while (!await Loopback.ListensAsync(TlsPort, late.Token))
        {
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, late.Token);
        }
    }

    /// <summary>Adds an account, and gives a token of it.</summary>
    public async Task<string> AddAccountAsync(string email)
    {
        await AdministerAsync("user", "add", email);
        using var made = System.Text.Json.JsonDocument.Parse(await AdministerAsync("token", "create", "--user", email, "--name", "bench", "--json"));
        return made.RootElement.GetProperty("token").GetString() ?? throw new BenchException("the edge made no token");
    }

    /// <summary>Ends it at once, as a crash would.</summary>
    public Task KillAsync() => Process.KillAsync();

    /// <summary>The sums of its metrics by name, labels left out; empty where it has none.</summary>
    public async Task<IReadOnlyDictionary<string, double>> MetricsAsync()
    {
        using var client = new HttpClient();
        try
        {
            var text = await client.GetStringAsync(new Uri($"http://127.0.0.1:{HttpPort}/metrics"));
            return text.Split('\n').Where(line => line.Length > 0 && line[0] != '#')
                .Select(line => (Name: line[..line.AsSpan().IndexOfAny(' ', '{')], Value: line[(line.LastIndexOf(' ') + 1)..]))
                .GroupBy(pair => pair.Name, pair => double.Parse(pair.Value, NumberStyles.Float, CultureInfo.InvariantCulture), StringComparer.Ordinal)
                .ToDictionary(group => group.Key, group => group.Sum(), StringComparer.Ordinal);
        }
        catch (HttpRequestException)
        {
            return new Dictionary<string, double>(StringComparer.Ordinal);
        }
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
        {
            await _process.DisposeAsync();
        }
    }

    private async Task<string> AdministerAsync(params string[] command)
    {
        var start = new System.Diagnostics.ProcessStartInfo("out/mportd", [.. command, "--data", _data]) { UseShellExecute = false, RedirectStandardOutput = true };
        using var process = System.Diagnostics.Process.Start(start) ?? throw new BenchException("out/mportd did not start");
        var said = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return process.ExitCode == 0 ? said : throw new BenchException($"mportd {string.Join(' ', command)} ended with status {process.ExitCode}");
    }

    private static string Text(int port) => port.ToString(CultureInfo.InvariantCulture);
}
