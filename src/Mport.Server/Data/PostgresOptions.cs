using System.Globalization;
using Npgsql;

namespace Mport.Server.Data;

/// <summary>
/// What may stand behind the question mark of a PostgreSQL URL. A closed set: some options of the library would put passwords or rows into logs,
/// or break the lock of the migrations.
/// </summary>
internal static class PostgresOptions
{
    /// <summary>Connections at most. A call holds one for about a millisecond; PostgreSQL itself takes 100 of all programs by default.</summary>
    private const int PoolSize = 20;

    /// <summary>Seconds to wait for a connection. A client that logs in waits for it, and can try again.</summary>
    private const int ConnectSeconds = 5;

    /// <summary>Seconds that a statement may take: none of ours takes one.</summary>
    private const int CommandSeconds = 10;

    private static readonly Dictionary<string, (string Expected, Func<NpgsqlConnectionStringBuilder, string, bool> Set)> _known = new(StringComparer.Ordinal)
    {
        ["host"] = ("the folder of a Unix socket, such as /var/run/postgresql", (to, text) => text.StartsWith('/') && (to.Host = text) == text),
        ["sslmode"] = ("disable, allow, prefer, require, verify-ca or verify-full", SetSslMode),
        ["sslrootcert"] = ("a file", (to, text) => text.Length > 0 && (to.RootCertificate = text) == text),
        ["sslcert"] = ("a file", (to, text) => text.Length > 0 && (to.SslCertificate = text) == text),
        ["sslkey"] = ("a file", (to, text) => text.Length > 0 && (to.SslKey = text) == text),
        ["application_name"] = ("a name", (to, text) => text.Length > 0 && (to.ApplicationName = text) == text),
        ["connect_timeout"] = ("1 to 60 seconds", (to, text) => TryRead(text, 1, 60, out var seconds) && (to.Timeout = seconds) == seconds),
        ["command_timeout"] = ("1 to 600 seconds", (to, text) => TryRead(text, 1, 600, out var seconds) && (to.CommandTimeout = seconds) == seconds),
        ["pool_size"] = ("1 to 500 connections", (to, text) => TryRead(text, 1, 500, out var size) && (to.MaxPoolSize = size) == size),
    };

    /// <summary>A connection before the options.</summary>
    public static NpgsqlConnectionStringBuilder Defaults() => new()
    {
        ApplicationName = "mportd",
        Timeout = ConnectSeconds,
        CommandTimeout = CommandSeconds,
        MaxPoolSize = PoolSize,
        TcpKeepAlive = true,
        GssEncryptionMode = GssEncryptionMode.Disable,
    };

    /// <summary>Sets one option.</summary>
    /// <returns>What is expected instead, or null.</returns>
    public static string? Set(NpgsqlConnectionStringBuilder connection, string name, string value) =>
        !_known.TryGetValue(name, out var option) ? $"The options are {string.Join(", ", _known.Keys)}."
        : option.Set(connection, value) ? null
        : $"The option {name} must be {option.Expected}.";

    private static bool SetSslMode(NpgsqlConnectionStringBuilder connection, string text)
    {
        SslMode? mode = text switch
        {
            "disable" => SslMode.Disable,
            "allow" => SslMode.Allow,
            "prefer" => SslMode.Prefer,
            "require" => SslMode.Require,
            "verify-ca" => SslMode.VerifyCA,
            "verify-full" => SslMode.VerifyFull,
            _ => null,
        };
        connection.SslMode = mode ?? connection.SslMode;
        return mode is not null;
    }

    private static bool TryRead(string text, int least, int most, out int value) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value) && value >= least && value <= most;
}
