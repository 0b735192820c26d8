using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using System.Text.RegularExpressions;
using Mport.Protocol.Identity;

namespace Mport.EndToEnd.Tests.Kit;

/// <summary>A real edge on loopback, with a data folder and public ports of its own. It can be stopped, killed, and started again on the same data and ports.</summary>
internal sealed partial class EdgeProcess : IAsyncDisposable
{
    // A tunnel keeps its port while its client is away: so many may a test with an edge of its own open.
    private const int FewPorts = 6;

    private readonly ScratchFolder _scratch = new();
    private readonly IReadOnlyList<string> _options;
    private readonly string _listen;
    private readonly IReadOnlyDictionary<string, string>? _variables;
    private readonly List<ProgramProcess> _former = [];
    private ProgramProcess _process;

    private EdgeProcess(int ports, string listen, IReadOnlyList<string> options, string? data = null, IReadOnlyDictionary<string, string>? variables = null)
    {
        _variables = variables;
        Data = data ?? _scratch.File("data");
        _listen = listen;
        TcpPorts = PortBlock.Find(ports);
        _options = options;
        _process = Launch();
    }

    /// <summary>The account that the first start made.</summary>
    public static string Owner => "owner@localhost";

    /// <summary>Its data folder.</summary>
    public string Data { get; }

    /// <summary>Plain HTTP.</summary>
    public int HttpPort { get; private set; }

    /// <summary>Clients and HTTPS.</summary>
    public int TlsPort { get; private set; }

    /// <summary>The public ports, of TCP and of UDP.</summary>
    public PortBlock TcpPorts { get; }

    /// <summary>The owner's token.</summary>
    public string Token { get; private set; } = "";

    /// <summary>The pin of its certificate.</summary>
    public string Pin { get; private set; } = "";

    /// <summary>The process that runs now.</summary>
    public ProgramProcess Process => _process;

    /// <summary>What the process that runs now has logged.</summary>
    public LineLog Log => _process.Errors;

    /// <summary>Starts an edge; <paramref name="options"/> are further options of <c>mportd serve</c>.</summary>
    public static Task<EdgeProcess> StartAsync(params string[] options) => StartAsync(FewPorts, options);

    /// <summary>Starts an edge with so many public ports.</summary>
    public static Task<EdgeProcess> StartAsync(int ports, params string[] options) => StartAsync(ports, "127.0.0.1", options);

    /// <summary>Starts an edge that listens on another address of this machine.</summary>
    public static Task<EdgeProcess> StartAsync(int ports, string listen, string[] options) => StartedAsync(new EdgeProcess(ports, listen, options));

    /// <summary>Starts an edge with variables of its environment.</summary>
    public static Task<EdgeProcess> StartAsync(IReadOnlyDictionary<string, string> variables, params string[] options) =>
        StartedAsync(new EdgeProcess(FewPorts, "127.0.0.1", options, variables: variables));

    /// <summary>Starts an edge with its data in a folder of the test's.</summary>
    public static Task<EdgeProcess> StartOnAsync(string data) => StartedAsync(new EdgeProcess(FewPorts, "127.0.0.1", [], data));

    private static async Task<EdgeProcess> StartedAsync(EdgeProcess edge)
    {
        try
        {
            await edge.ServesAsync();
            var login = LoginLine().Match((await edge._process.Output.FirstAsync(LoginLine().IsMatch, "the login line of the edge")).Line);
            edge.Token = login.Groups["token"].Value;
            return edge;
        }
        catch
        {
            await edge.DisposeAsync();
            throw;
        }
    }

    /// <summary>Asks it to end (SIGTERM) and gives the exit status.</summary>
    public Task<int> StopAsync()
    {
        _process.Send(Signal.Terminate);
        return _process.ExitAsync("the edge to end after SIGTERM");
    }

    /// <summary>Ends it as a crash would.</summary>
    public Task KillAsync() => _process.KillAsync();

    /// <summary>Starts it again after its end, on the same data and ports.</summary>
    public async Task StartAgainAsync()
    {
        await _process.DisposeAsync();
        _process = Launch();
        await ServesAsync();
    }

    /// <summary>Starts another process on the same data and ports, which takes this one's place; gives the process that had it.</summary>
    public async Task<ProgramProcess> TakeOverAsync()
    {
        var former = _process;
        _former.Add(former);
        _process = LaunchSuccessor();
        await ServesAsync();
        return former;
    }

    /// <summary>Starts another process on the same data that wants to take this one's place; on the same ports, or on another one for HTTP.</summary>
    public ProgramProcess LaunchSuccessor(int? httpPort = null, params string[] options) => Launch(httpPort ?? HttpPort, ["--takeover", .. options]);

    /// <summary>Runs an administration command of <c>mportd</c> on the edge's data.</summary>
    public async Task<string> AdministerAsync(params string[] command) =>
        (await Ran.ToEndAsync(Programs.Edge, [.. command, "--data", Data, .. DatabaseOption])).Succeeded();

    /// <summary>Adds an account.</summary>
    public Task AddUserAsync(string email) => AdministerAsync("user", "add", email);

    /// <summary>Makes a token and gives its id and text.</summary>
    public async Task<(string Id, string Token)> CreateTokenAsync(string email, params string[] options)
    {
        using var json = JsonDocument.Parse(await AdministerAsync(["token", "create", "--user", email, "--name", $"test-{Guid.NewGuid():N}", "--json", .. options]));
        return (json.RootElement.GetProperty("id").GetString() ?? "", json.RootElement.GetProperty("token").GetString() ?? "");
    }

    /// <summary>For a TLS handshake: whether this is the edge's certificate.</summary>
    public bool Verify(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors) =>
        certificate is not null && CertificatePin.Of(certificate.GetRawCertData()).ToString() == Pin;

    /// <summary>Fails when the edge has logged an error of its own.</summary>
    public void AssertNoErrorLogged()
    {
        var errors = Log.Lines.Where(line => ErrorLine().IsMatch(line)).ToList();
        Assert.True(errors.Count == 0, "The edge logged errors:\n" + string.Join('\n', errors));
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        foreach (var former in _former)
        {
            await former.DisposeAsync();
        }

        await _process.DisposeAsync();
        _scratch.Dispose();
    }

    // Commands find the default one in the data folder.
    private IEnumerable<string> DatabaseOption => _options.SkipWhile(option => option != "--database").Take(2);

    private ProgramProcess Launch() => Launch(HttpPort, []);

    private ProgramProcess Launch(int httpPort, string[] further) => ProgramProcess.Start(
        Programs.Edge,
        [
            "serve", "--data", Data, "--domain", "localhost", "--listen", _listen, "--http-port", $"{httpPort}", "--tls-port", $"{TlsPort}",
            "--tcp-ports", $"{TcpPorts}", "--udp-ports", $"{TcpPorts}", .. _options, .. further,
        ],
        _variables,
        folder: _scratch.Path);

    private async Task ServesAsync()
    {
        TlsPort = int.Parse((await MatchAsync(TlsLine())).Groups["port"].Value);
        HttpPort = int.Parse((await MatchAsync(HttpLine())).Groups["port"].Value);
        Pin = (await MatchAsync(PinLine())).Groups["pin"].Value;
    }

    private async Task<Match> MatchAsync(Regex line)
    {
        try
        {
            return line.Match((await _process.Output.FirstAsync(line.IsMatch, "the edge to say where it listens")).Line);
        }
        catch (InvalidOperationException silent)
        {
            throw new InvalidOperationException($"{silent.Message}\n{Log.Tail()}", silent);
        }
    }

    [GeneratedRegex(@"^\s+clients and HTTPS\s+https://localhost:(?<port>\d+)$", RegexOptions.ExplicitCapture)]
    private static partial Regex TlsLine();

    [GeneratedRegex(@"^\s+HTTP\s+http://localhost:(?<port>\d+)$", RegexOptions.ExplicitCapture)]
    private static partial Regex HttpLine();

    [GeneratedRegex(@"^\s+certificate pin\s+(?<pin>sha256:\S+)$", RegexOptions.ExplicitCapture)]
    private static partial Regex PinLine();

    [GeneratedRegex(@"mport login \S+ --token (?<token>mpt_\S+)", RegexOptions.ExplicitCapture)]
    private static partial Regex LoginLine();

    [GeneratedRegex(@"^\S+ (error|fatal) ", RegexOptions.ExplicitCapture)]
    private static partial Regex ErrorLine();
}
