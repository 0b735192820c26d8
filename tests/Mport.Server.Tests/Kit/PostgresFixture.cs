using System.Diagnostics;
using Mport.Server.Data;
using Mport.Server.Tests.Kit;
using Mport.Testing;
using Npgsql;

[assembly: AssemblyFixture(typeof(PostgresFixture))]

namespace Mport.Server.Tests.Kit;

/// <summary>
/// One PostgreSQL server for the tests of this process, started for the first that wants it, on loopback and in a scratch folder; each test gets
/// a database of its own. PostgreSQL does not run as root: there it runs as the user <c>postgres</c> of Debian's package.
/// </summary>
public sealed class PostgresFixture : IAsyncDisposable
{
    private const string User = "postgres";
    private const string Template = "mport_template";

    private readonly SemaphoreSlim _one = new(1);
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("mport-pg-");
    private Process? _server;
    private int _port;

    /// <summary>An empty database of the test's own; skips the test where PostgreSQL is not installed.</summary>
    internal Task<PostgresUrl> CreateEmptyAsync() => CreateAsync("template0");

    /// <summary>A database of the test's own with the edge's tables; skips the test where PostgreSQL is not installed.</summary>
    internal Task<PostgresUrl> CreateMigratedAsync() => CreateAsync(Template);

    /// <summary>The fixture of this run.</summary>
    public static async Task<PostgresFixture> GetAsync() =>
        await TestContext.Current.GetFixture<PostgresFixture>() ?? throw new InvalidOperationException("There is no fixture.");

    /// <summary>Runs a statement.</summary>
    internal static async Task ExecuteAsync(PostgresUrl url, string sql)
    {
        await using var connection = new NpgsqlConnection(url.ConnectionString.Reveal() + ";Pooling=false");
        await connection.OpenAsync().Limited("a connection to PostgreSQL");
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 60 };
        await command.ExecuteNonQueryAsync().Limited(sql);
    }

    /// <summary>Deletes a test's database.</summary>
    internal Task DropAsync(PostgresUrl url) => ExecuteAsync(Url(User), $"DROP DATABASE {NameOf(url)} WITH (FORCE)");

    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
        {
            _server.Kill(entireProcessTree: true);
            await _server.WaitForExitAsync().Limited("the end of PostgreSQL");
            _server.Dispose();
        }

        _folder.Delete(recursive: true);
        _one.Dispose();
    }

    private static string NameOf(PostgresUrl url) => $"{url}"[($"{url}".LastIndexOf('/') + 1)..];

    private async Task<PostgresUrl> CreateAsync(string template)
    {
        await _one.WaitAsync().Limited("PostgreSQL's start by another test");
        try
        {
            if (_server is null)
            {
                await StartAsync();
                await ExecuteAsync(Url(User), $"CREATE DATABASE {Template}");
                (await EdgeDatabase.OpenAsync(Url(Template), TimeProvider.System, CancellationToken.None).Limited("the template")).Dispose();
            }

            var name = $"t{Guid.NewGuid():N}";
            await ExecuteAsync(Url(User), $"CREATE DATABASE {name} TEMPLATE {template}");
            return Url(name);
        }
        finally
        {
            _one.Release();
        }
    }

    private PostgresUrl Url(string database)
    {
        Assert.Null(PostgresUrl.Parse($"postgres://{User}@127.0.0.1:{_port}/{database}?connect_timeout=30&command_timeout=60", out var url));
        return url ?? throw new InvalidOperationException("There is no URL.");
    }

    private async Task StartAsync()
    {
        var programs = Directory.Exists("/usr/lib/postgresql") ? Directory.EnumerateDirectories("/usr/lib/postgresql").Max() : null;
        Assert.SkipWhen(programs is null, "PostgreSQL is not installed");
        using (var reserved = new ReservedPort())
        {
            _port = reserved.Port;
        }

        var data = Path.Combine(_folder.FullName, "data");
        if (Environment.UserName == "root")
        {
            await RunAsync(new ProcessStartInfo("chown", [User, _folder.FullName]));
        }

        await RunAsync(AsUser(Path.Combine(programs, "bin/initdb"), "-D", data, "-U", User, "-A", "trust", "--no-sync", "-E", "UTF8", "--locale", "C"));
        var start = AsUser(
            Path.Combine(programs, "bin/postgres"),
            "-D", data, "-p", $"{_port}", "-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories=", "-c", "fsync=off", "-c", "max_connections=400");
        start.RedirectStandardError = true;
        _server = Process.Start(start) ?? throw new InvalidOperationException("PostgreSQL did not start.");
        var ready = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _server.ErrorDataReceived += (_, line) =>
        {
            if (line.Data is null)
            {
                ready.TrySetException(new EndOfStreamException("PostgreSQL ended."));
            }
            else if (line.Data.Contains("ready to accept connections", StringComparison.Ordinal))
            {
                ready.TrySetResult();
            }
        };
        _server.BeginErrorReadLine();
        await ready.Task.Limited("PostgreSQL to take connections");
    }

    // setpriv takes the place of a shell between: the process id is PostgreSQL's own.
    private static ProcessStartInfo AsUser(string file, params string[] arguments) => Environment.UserName == "root"
        ? new ProcessStartInfo("setpriv", ["--reuid", User, "--regid", User, "--clear-groups", file, .. arguments])
        : new ProcessStartInfo(file, arguments);

    private static async Task RunAsync(ProcessStartInfo start)
    {
        start.RedirectStandardOutput = true;
        using var process = Process.Start(start) ?? throw new InvalidOperationException($"{start.FileName} did not start.");
        await process.StandardOutput.ReadToEndAsync().Limited(start.FileName);
        await process.WaitForExitAsync().Limited(start.FileName);
        Assert.Equal(0, process.ExitCode);
    }
}
