using Mport.Protocol.Errors;

namespace Mport.Server.Data;

/// <summary>Which database the edge uses: today a SQLite file.</summary>
internal sealed record DatabaseUrl
{
    private const string SqliteScheme = "sqlite:";
    private const string DefaultFile = "edge.db";

    private DatabaseUrl(string path) => Path = path;

    /// <summary>The full path of the SQLite file.</summary>
    public string Path { get; }

    /// <summary>The database of a data folder.</summary>
    public static DatabaseUrl InFolder(string dataFolder) => new(System.IO.Path.GetFullPath(DefaultFile, System.IO.Path.GetFullPath(dataFolder)));

    /// <summary>Reads <c>sqlite:PATH</c>; a path that is not absolute starts at <paramref name="baseFolder"/>, none means the data folder's own.</summary>
    /// <returns>Why it cannot be used, or null.</returns>
    public static Failure? Parse(string text, string baseFolder, string dataFolder, out DatabaseUrl url)
    {
        url = InFolder(dataFolder);
        if (!text.StartsWith(SqliteScheme, StringComparison.OrdinalIgnoreCase))
        {
            var scheme = text.IndexOf(':') is > 0 and <= 16 and var colon ? text[..colon] : "that";
            return Failure.Of(EdgeErrors.DatabaseUnsupported, $"A database of the kind \"{scheme}\" is not supported by this version.");
        }

        var path = text[SqliteScheme.Length..];
        if (path.StartsWith("//", StringComparison.Ordinal))
        {
            path = path[2..];
        }

        if (path.Length > 0)
        {
            url = new DatabaseUrl(System.IO.Path.GetFullPath(path, baseFolder));
        }

        return null;
    }

    /// <inheritdoc />
    public override string ToString() => SqliteScheme + Path;
}
