namespace Mport.Server.Data;

/// <summary>A SQLite file: <c>sqlite:PATH</c>.</summary>
/// <param name="Path">The full path of the file.</param>
internal sealed record SqliteUrl(string Path) : DatabaseUrl
{
    /// <summary>What stands before the colon.</summary>
    public const string Scheme = "sqlite";

    private const string DefaultFile = "edge.db";

    /// <summary>The file of a data folder.</summary>
    public static new SqliteUrl InFolder(string dataFolder) => new(System.IO.Path.GetFullPath(DefaultFile, System.IO.Path.GetFullPath(dataFolder)));

    /// <summary>Reads what stands behind the colon; no path means the data folder's own file.</summary>
    public static SqliteUrl Parse(string path, string baseFolder, string dataFolder)
    {
        path = path.StartsWith("//", StringComparison.Ordinal) ? path[2..] : path;
        return path.Length > 0 ? new SqliteUrl(System.IO.Path.GetFullPath(path, baseFolder)) : InFolder(dataFolder);
    }

    /// <inheritdoc />
    public override IDatabaseEngine CreateEngine() => new SqliteEngine(Path);

    /// <inheritdoc />
    protected override string Show() => $"{Scheme}:{Path}";
}
