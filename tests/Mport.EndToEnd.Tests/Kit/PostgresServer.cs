namespace Mport.EndToEnd.Tests.Kit;

/// <summary>A real PostgreSQL cluster in a scratch folder. PostgreSQL does not run as root: there it runs as the user <c>postgres</c> of Debian's package.</summary>
internal sealed class PostgresServer : IAsyncDisposable
{
    /// <summary>The password of the role <c>mport</c>; an URL has it with its <c>@</c> and <c>/</c> escaped.</summary>
    public const string Password = "p@ss/word";

    private const string User = "postgres";

    private readonly ScratchFolder _scratch;
    private readonly string _programs;
    private ProgramProcess _process;

    private PostgresServer(ScratchFolder scratch, string programs, int port)
    {
        _scratch = scratch;
        _programs = programs;
        Port = port;
        _process = Launch();
    }

    /// <summary>Where it listens.</summary>
    public int Port { get; private set; }

    /// <summary>The folder of its Unix socket.</summary>
    public string SocketFolder => _scratch.Path;

    /// <summary>Makes and starts a cluster, or skips the test where PostgreSQL is not installed.</summary>
    public static async Task<PostgresServer> StartAsync()
    {
        var folder = Directory.Exists("/usr/lib/postgresql") ? Directory.EnumerateDirectories("/usr/lib/postgresql").Max() : null;
        Assert.SkipWhen(folder is null || Programs.OnPath("psql") is null, "PostgreSQL is not installed");
        var scratch = await CreateFolderAsync();
        var programs = Path.Combine(folder, "bin");
        (await AsUser(Path.Combine(programs, "initdb"), "-D", scratch.File("data"), "-U", User, "-A", "trust", "--no-sync", "-E", "UTF8", "--locale", "C").ToEndAsync()).Succeeded();

        // The edge's own role has to show its password, all others are let in: the first line that fits decides.
        var rules = Path.Combine(scratch.File("data"), "pg_hba.conf");
        await File.WriteAllTextAsync(rules, "host all mport 127.0.0.1/32 scram-sha-256\n" + await File.ReadAllTextAsync(rules));
        var server = new PostgresServer(scratch, programs, PortBlock.Find(1).First);
        try
        {
            await server.ReadyAsync();
            await server.QueryAsync("postgres", $"CREATE ROLE mport LOGIN PASSWORD '{Password}'");
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>Makes an empty database for an edge and gives its URL.</summary>
    public async Task<string> CreateDatabaseAsync(string name)
    {
        await QueryAsync("postgres", $"CREATE DATABASE {name} OWNER mport");
        return UrlOf(name);
    }

    /// <summary>A database's URL, with the password.</summary>
    public string UrlOf(string name) => $"postgres://mport:{Uri.EscapeDataString(Password)}@127.0.0.1:{Port}/{name}";

    /// <summary>Copies a database into an empty one, as a backup and its restoration would.</summary>
    public async Task CopyAsync(string from, string to)
    {
        string[] place = ["-h", "127.0.0.1", "-p", $"{Port}", "-U", User];
        using var copy = new ScratchFolder();
        (await Ran.ToEndAsync(Path.Combine(_programs, "pg_dump"), [.. place, "-f", copy.File("mport.sql"), from])).Succeeded();
        (await Ran.ToEndAsync("psql", ["-X", "-q", "-v", "ON_ERROR_STOP=1", .. place, "-d", to, "-f", copy.File("mport.sql")])).Succeeded();
    }

    /// <summary>Runs a query as the server's administrator.</summary>
    public Task<string> QueryAsync(string database, string query) => QueryAsync(Port, database, query);

    /// <summary>Runs a query through this address.</summary>
    public static Task<string> QueryAsync(Uri address, string query) => QueryAsync(address.Port, "postgres", query);

    /// <summary>Ends all of its processes at once, as a power cut would.</summary>
    public Task KillAsync() => _process.KillAllAsync();

    /// <summary>Starts it again after its end, on the same data and port.</summary>
    public async Task StartAgainAsync()
    {
        await _process.DisposeAsync();
        _process = Launch();
        await ReadyAsync();
    }

    /// <summary>A replica of this cluster at a port of its own; from now on this one confirms nothing that the replica has not got.</summary>
    public async Task<PostgresServer> ReplicateAsync()
    {
        var scratch = await CreateFolderAsync();
        (await AsUser(Path.Combine(_programs, "pg_basebackup"), "-h", "127.0.0.1", "-p", $"{Port}", "-U", User, "-D", scratch.File("data"), "-R", "-c", "fast", "--no-sync").ToEndAsync()).Succeeded();
        var replica = new PostgresServer(scratch, _programs, PortBlock.Find(1).First);
        await replica.ReadyAsync("ready to accept read-only connections");
        await QueryAsync("postgres", "ALTER SYSTEM SET synchronous_standby_names = '*'");
        await QueryAsync("postgres", "SELECT pg_reload_conf()");
        return replica;
    }

    /// <summary>Becomes the cluster that it was a replica of, at the address of that one, which is dead.</summary>
    public async Task TakePlaceOfAsync(PostgresServer dead)
    {
        await QueryAsync("postgres", "SELECT pg_promote()");
        await _process.KillAllAsync();
        Port = dead.Port;
        await StartAgainAsync();
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await _process.DisposeAsync();
        _scratch.Dispose();
    }

    private static async Task<ScratchFolder> CreateFolderAsync()
    {
        var scratch = new ScratchFolder();
        if (Environment.UserName == "root")
        {
            (await Ran.ToEndAsync("chown", [User, scratch.Path])).Succeeded();
        }

        return scratch;
    }

    private static async Task<string> QueryAsync(int port, string database, string query) =>
        (await Ran.ToEndAsync("psql", ["-X", "-At", "-h", "127.0.0.1", "-p", $"{port}", "-U", User, "-d", database, "-c", query])).Succeeded();

    private ProgramProcess Launch() => AsUser(
        Path.Combine(_programs, "postgres"), "-D", _scratch.File("data"), "-p", $"{Port}", "-c", "listen_addresses=127.0.0.1", "-c", $"unix_socket_directories={_scratch.Path}", "-c", "fsync=off")
        .Start();

    private async Task ReadyAsync(string said = "ready to accept connections") =>
        await _process.Errors.FirstAsync(line => line.Contains(said, StringComparison.Ordinal), "PostgreSQL to take connections");

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
