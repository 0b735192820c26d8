using Mport.Protocol.Errors;

namespace Mport.Server.Data;

/// <summary>Which database the edge uses: a SQLite file, or one on a PostgreSQL server. Its text holds no password.</summary>
internal abstract record DatabaseUrl
{
    /// <summary>The database of a data folder.</summary>
    public static SqliteUrl InFolder(string dataFolder) => SqliteUrl.InFolder(dataFolder);

    /// <summary>Reads what stands in the option <c>--database</c>. The failure never repeats the text: it may hold a password.</summary>
    /// <param name="text">The text.</param>
    /// <param name="baseFolder">Where the path of a SQLite file that is not absolute begins.</param>
    /// <param name="dataFolder">The data folder.</param>
    /// <param name="url">The database; that of the data folder where the text cannot be used.</param>
    /// <returns>Why it cannot be used, or null.</returns>
    public static Failure? Parse(string text, string baseFolder, string dataFolder, out DatabaseUrl url)
    {
        url = InFolder(dataFolder);
        var scheme = text.IndexOf(':') is > 0 and <= 16 and var colon ? text[..colon] : "";
        switch (scheme.ToLowerInvariant())
        {
            case SqliteUrl.Scheme:
                url = SqliteUrl.Parse(text[(scheme.Length + 1)..], baseFolder, dataFolder);
                return null;
            case PostgresUrl.Scheme or PostgresUrl.LongScheme:
                var failure = PostgresUrl.Parse(text, out var postgres);
                url = postgres ?? url;
                return failure;
            default:
                return Failure.Of(EdgeErrors.DatabaseUnsupported, $"A database of the kind \"{(scheme.Length > 0 ? scheme : "that")}\" is not supported.");
        }
    }

    /// <summary>The part of the edge that knows this kind of database. Nothing is opened yet.</summary>
    public abstract IDatabaseEngine CreateEngine();

    /// <summary>As it may be shown to anybody.</summary>
    public sealed override string ToString() => Show();

    /// <summary>As it may be shown to anybody.</summary>
    protected abstract string Show();
}
