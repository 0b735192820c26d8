using System.Globalization;
using Microsoft.Data.Sqlite;

namespace Mport.Server.Data;

/// <summary>Looks at a SQLite file without changing it (REL-09).</summary>
/// <param name="State">What it is.</param>
/// <param name="Detail">For the states that stop the edge: a sentence that says why.</param>
internal sealed record SqliteInspection(DatabaseState State, string Detail = "")
{
    private const string HistoryTable = "__EFMigrationsHistory";
    private const string LockTable = "__EFMigrationsLock";

    /// <summary>Looks at the file.</summary>
    /// <param name="path">The file; it need not exist.</param>
    /// <param name="known">The ids of this version's migrations.</param>
    public static SqliteInspection Of(string path, IReadOnlyCollection<string> known)
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
                return Inspect(connection, path, known);
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

    private static SqliteInspection Inspect(SqliteConnection connection, string path, IReadOnlyCollection<string> known)
    {
        // Stops at the first fault. It reads the whole file; an edge's database is a few megabytes.
        if (Read(connection, "PRAGMA quick_check(1)") is not ["ok"])
        {
            return new(DatabaseState.Unusable, $"{path} is damaged.");
        }

        var tables = Read(connection, $"SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND name <> '{LockTable}'");
        if (tables.Count == 0)
        {
            return new(DatabaseState.New);
        }

        if (!tables.Contains(HistoryTable))
        {
            return new(DatabaseState.Unusable, $"{path} is a database of another program.");
        }

        var applied = Read(connection, $"SELECT \"MigrationId\" FROM \"{HistoryTable}\"");
        if (applied.Count > 0 && !applied.Exists(known.Contains))
        {
            return new(DatabaseState.Unusable, $"{path} is a database of another program.");
        }

        if (applied.Find(id => !known.Contains(id)) is { } unknown)
        {
            return new(DatabaseState.Newer, $"{path} was migrated by a newer mportd (step {unknown}).");
        }

        return new(applied.Count == known.Count ? DatabaseState.Current : DatabaseState.Older);
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
