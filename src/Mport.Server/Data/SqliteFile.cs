using System.Globalization;
using Microsoft.Data.Sqlite;

namespace Mport.Server.Data;

/// <summary>A look at a SQLite file without changing it (REL-09).</summary>
internal static class SqliteFile
{
    private const string LockTable = "__EFMigrationsLock";

    /// <summary>Looks at the file.</summary>
    /// <param name="path">The file; it need not exist.</param>
    /// <param name="known">The ids of this version's migrations.</param>
    public static DatabaseInspection Inspect(string path, IReadOnlyCollection<string> known)
    {
        try
        {
            if (!File.Exists(path) || new FileInfo(path).Length == 0)
            {
                return new(DatabaseState.New);
            }

            if (!HasSqliteHeader(path))
            {
                return new(DatabaseState.Unusable, $"{path} is not a SQLite database.");
            }

            var connection = new SqliteConnection(SqliteContexts.ConnectionString(path, SqliteOpenMode.ReadOnly, pooling: false));
            using (connection)
            {
                connection.Open();
                var found = Inspect(connection, path, known);
                return EdgeFiles.IsOpenToOthers(path) ? found with { Warning = $"{path} is open to other users; chmod 600 it" } : found;
            }
        }
        catch (SqliteException damaged)
        {
            return new(DatabaseState.Unusable, $"{path} cannot be read: {damaged.Message}");
        }
        catch (Exception denied) when (denied is IOException or UnauthorizedAccessException)
        {
            return new(DatabaseState.Unusable, $"{path} cannot be read: {denied.Message}");
        }
    }

    private static DatabaseInspection Inspect(SqliteConnection connection, string path, IReadOnlyCollection<string> known)
    {
        // Stops at the first fault. It reads the whole file; an edge's database is a few megabytes.
        if (Read(connection, "PRAGMA quick_check(1)") is not ["ok"])
        {
            return new(DatabaseState.Unusable, $"{path} is damaged.");
        }

        var tables = Read(connection, $"SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND name <> '{LockTable}'");
        IReadOnlyList<string> applied = tables.Contains(DatabaseInspection.HistoryTable)
            ? Read(connection, $"SELECT \"MigrationId\" FROM \"{DatabaseInspection.HistoryTable}\"")
            : [];
        return DatabaseInspection.Of(path, tables, applied, known);
    }

    private static bool HasSqliteHeader(string path)
    {
        var header = new byte[16];
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        return file.ReadAtLeast(header, header.Length, throwOnEndOfStream: false) == header.Length && header.AsSpan().SequenceEqual("SQLite format 3\0"u8);
    }

    private static List<string> Read(SqliteConnection connection, string query)
    {
        using var command = connection.CreateCommand();
        command.CommandText = query;
        using var reader = command.ExecuteReader();
        var values = new List<string>();
        while (reader.Read())
        {
            values.Add(Convert.ToString(reader.GetValue(0), CultureInfo.InvariantCulture) ?? "");
        }

        return values;
    }
}
