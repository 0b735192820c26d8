using System.Globalization;
using System.Text.RegularExpressions;

namespace Mport.Demo;

/// <summary>The real edge, on this machine's loopback address, with its data in the scratch folder.</summary>
internal sealed partial class DemoEdge : IAsyncDisposable
{
    private DemoEdge(ChildProgram program, IReadOnlyDictionary<string, string> login)
    {
        Program = program;
        Login = login;
    }

    /// <summary>The process.</summary>
    public ChildProgram Program { get; }

    /// <summary>What a client needs to log in, as environment variables: so that no token stands on a command line.</summary>
    public IReadOnlyDictionary<string, string> Login { get; }

    /// <summary>Starts the edge and reads the line that it prints for the first client.</summary>
    public static async Task<DemoEdge> StartAsync(string scratch, EdgePorts ports, CancellationToken stop)
    {
        var program = ChildProgram.Start(
            "mportd",
            [
                "serve", "--data", Path.Combine(scratch, "edge"), "--domain", "localhost", "--listen", "127.0.0.1",
                "--http-port", ports.Http.ToString(CultureInfo.InvariantCulture), "--tls-port", ports.Tls.ToString(CultureInfo.InvariantCulture),
            ],
            new Dictionary<string, string>());
        try
        {
            var line = await program.FirstAsync(text => LoginLine().Match(text) is { Success: true } match ? match : null, "login line from the edge", stop);
            return new DemoEdge(program, new Dictionary<string, string>
            {
                ["MPORT_SERVER"] = $"127.0.0.1:{ports.Tls}",
                ["MPORT_TOKEN"] = line.Groups["token"].Value,
                ["MPORT_PIN"] = line.Groups["pin"].Value,
            });
        }
        catch
        {
            await program.DisposeAsync();
            throw;
        }
    }

    /// <inheritdoc />
    public ValueTask DisposeAsync() => Program.DisposeAsync();

    [GeneratedRegex(@"mport login \S+.* --token (?<token>mpt_\S+).* --pin (?<pin>sha256:\S+)", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex LoginLine();
}
