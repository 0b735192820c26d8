using Mport.Protocol.Errors;
using Mport.Protocol.Identity;
using Npgsql;

namespace Mport.Server.Data;

/// <summary>A database on a PostgreSQL server: <c>postgres://user:password@host[:port]/db[?options]</c>.</summary>
internal sealed record PostgresUrl : DatabaseUrl
{
    /// <summary>What stands before the colon.</summary>
    public const string Scheme = "postgres";

    /// <summary>The other spelling that PostgreSQL's own programs take.</summary>
    public const string LongScheme = "postgresql";

    private const int DefaultPort = 5432;
    private readonly string _shown;

    private PostgresUrl(NpgsqlConnectionStringBuilder connection)
    {
        ConnectionString = new Secret(connection.ConnectionString);
        var user = string.IsNullOrEmpty(connection.Username) ? "" : Uri.EscapeDataString(connection.Username) + "@";
        var host = connection.Host ?? "";
        var place = host.StartsWith('/') ? "" : host.Contains(':', StringComparison.Ordinal) ? $"[{host}]:{connection.Port}" : $"{host}:{connection.Port}";
        _shown = $"{Scheme}://{user}{place}/{Uri.EscapeDataString(connection.Database ?? "")}";
    }

    /// <summary>What Npgsql connects with, the password in it.</summary>
    public Secret ConnectionString { get; }

    /// <summary>Reads the URL. Percent signs escape what a URL cannot hold.</summary>
    /// <returns>Why it cannot be used, without repeating any of it; or null.</returns>
    public static Failure? Parse(string text, out PostgresUrl? url)
    {
        url = null;
        if (!Uri.TryCreate(text, UriKind.Absolute, out var uri) || uri.Fragment.Length > 0)
        {
            return Invalid("It is not a URL; characters such as @ / : # ? % in the password are written as %40 %2F %3A %23 %3F %25.");
        }

        var database = Uri.UnescapeDataString(uri.AbsolutePath.TrimStart('/'));
        if (database.Length == 0 || database.Contains('/', StringComparison.Ordinal))
        {
            return Invalid("The name of the database is missing, or there is more than one name behind the host.");
        }

        var connection = PostgresOptions.Defaults();
        connection.Host = uri.DnsSafeHost;
        connection.Port = uri.Port > 0 ? uri.Port : DefaultPort;
        connection.Database = database;
        var colon = uri.UserInfo.IndexOf(':');
        connection.Username = Uri.UnescapeDataString(colon < 0 ? uri.UserInfo : uri.UserInfo[..colon]) is { Length: > 0 } user ? user : null;
        connection.Password = colon < 0 ? null : Uri.UnescapeDataString(uri.UserInfo[(colon + 1)..]);
        foreach (var option in uri.Query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var equals = option.IndexOf('=');
            var name = equals < 0 ? option : option[..equals];
            if (PostgresOptions.Set(connection, name, equals < 0 ? "" : Uri.UnescapeDataString(option[(equals + 1)..])) is { } expected)
            {
                return Invalid(expected);
            }
        }

        if (string.IsNullOrEmpty(connection.Host))
        {
            return Invalid("The host is missing; for a Unix socket give its folder: ?host=/var/run/postgresql.");
        }

        url = new PostgresUrl(connection);
        return null;
    }

    /// <inheritdoc />
    public override IDatabaseEngine CreateEngine() => new PostgresEngine(this);

    /// <inheritdoc />
    protected override string Show() => _shown;

    private static Failure Invalid(string why) => Failure.Of(EdgeErrors.DatabaseUrlInvalid, $"The address of the PostgreSQL database cannot be read. {why}");
}
