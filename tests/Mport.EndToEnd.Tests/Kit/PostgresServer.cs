using Mport.EndToEnd.Tests.Kit;

namespace Mport.EndToEnd.Tests.Services;

/// <summary>A real PostgreSQL cluster in a scratch folder. PostgreSQL does not run as root: there it runs as the user <c>postgres</c> of Debian's package.</summary>
internal sealed class PostgresServer : IAsyncDisposable
{
    private const string User = "postgres";

    private readonly ScratchFolder _scratch;
    private readonly ProgramProcess _process;

    private PostgresServer(ScratchFolder scratch, ProgramProcess process, int port)
    {
        _scratch = scratch;
        _process = process;
        Port = port;
    }

    /// <summary>Where it listens.</summary>
    public int Port { get; }

    /// <summary>Makes and starts a cluster, or skips the test where PostgreSQL is not installed.</summary>
    public static async Task<PostgresServer> StartAsync()
    {
        var folder = Directory.Exists("/usr/lib/postgresql") ? Directory.EnumerateDirectories("/usr/lib/postgresql").Max() : null;
        Assert.SkipWhen(folder is null || Programs.OnPath("psql") is null, "PostgreSQL is not installed");
        var (port, scratch) = (PortBlock.Find(1).First, new ScratchFolder());
        var data = scratch.File("data");
        if (Environment.UserName == "root")
        {
            (await Ran.ToEndAsync("chown", [User, scratch.Path])).Succeeded();
        }

        (await AsUser(Path.Combine(folder, "bin/initdb"), "-D", data, "-U", User, "-A", "trust", "--no-sync", "-E", "UTF8", "--locale", "C").ToEndAsync()).Succeeded();
        var process = AsUser(
            Path.Combine(folder, "bin/postgres"), "-D", data, "-p", $"{port}", "-c", "listen_addresses=127.0.0.1", "-c", $"unix_socket_directories={scratch.Path}", "-c", "fsync=off")
            .Start();
        await process.Errors.FirstAsync(line => line.Contains("ready to accept connections", StringComparison.Ordinal), "PostgreSQL to take connections");
        return new PostgresServer(scratch, process, port);
    }

    /// <summary>Runs a query through this address.</summary>
    public static async Task<string> QueryAsync(Uri address, string query) =>
        (await Ran.ToEndAsync("psql", ["-X", "-At", "-h", "127.0.0.1", "-p", $"{address.Port}", "-U", User, "-d", "postgres", "-c", query])).Succeeded();

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await _process.DisposeAsync();
        _scratch.Dispose();
    }

    // setpriv takes the place of the shell that runuser would leave between: the process id is PostgreSQL's own.
    private static UserCommand AsUser(string file, params string[] arguments) => Environment.UserName == "root"
        ? new UserCommand("setpriv", ["--reuid", User, "--regid", User, "--clear-groups", file, .. arguments])
        : new UserCommand(file, arguments);

    private sealed record UserCommand(string File, string[] Arguments)
    {
        public Task<Ran> ToEndAsync() => Ran.ToEndAsync(File, Arguments);

        public ProgramProcess Start() => ProgramProcess.Start(File, Arguments);
    }
}
