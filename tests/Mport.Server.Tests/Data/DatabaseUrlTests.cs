using Mport.Protocol.Errors;
using Mport.Server.Data;

namespace Mport.Server.Tests.Data;

public sealed class DatabaseUrlTests
{
    [Theory]
    [InlineData("sqlite:", "/data/edge.db")]
    [InlineData("sqlite:other.db", "/base/other.db")]
    [InlineData("sqlite:/var/lib/x.db", "/var/lib/x.db")]
    [InlineData("sqlite:///var/lib/x.db", "/var/lib/x.db")]
    public void SqliteUrl_NamesAFile(string text, string path)
    {
        Assert.Null(DatabaseUrl.Parse(text, "/base", "/data", out var url));
        Assert.Equal(Path.GetFullPath(path), Assert.IsType<SqliteUrl>(url).Path);
    }

    [Theory]
    [InlineData("mysql://user:hunter2@host/db")]
    [InlineData("mysql:x")]
    [InlineData("edge.db")]
    public void OtherKind_IsRefusedWithoutTellingThePassword(string text)
    {
        var failure = DatabaseUrl.Parse(text, "/base", "/data", out _);

        Assert.Equal(EdgeErrors.DatabaseUnsupported.Code, failure?.Code);
        Assert.DoesNotContain("hunter2", failure?.Text);
    }

    [Theory]
    [InlineData("postgres://ann:hunter2@db.example/mport", "postgres://ann@db.example:5432/mport")]
    [InlineData("postgresql://ann:hunter2@[::1]:5433/mport?sslmode=verify-full&pool_size=7", "postgres://ann@[::1]:5433/mport")]
    [InlineData("postgres://ann:hunter2%40%2F%3A@db.example/mport", "postgres://ann@db.example:5432/mport")]
    [InlineData("postgres:///mport?host=/var/run/postgresql", "postgres:///mport")]
    public void PostgresUrl_IsShownWithoutItsPassword(string text, string shown)
    {
        Assert.Null(DatabaseUrl.Parse(text, "/base", "/data", out var url));

        Assert.Equal(shown, url.ToString());
        Assert.Equal(text.Contains("hunter2", StringComparison.Ordinal), Assert.IsType<PostgresUrl>(url).ConnectionString.Reveal().Contains("hunter2", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("postgres://ann:hunter2@db.example")]
    [InlineData("postgres://ann:hunter2@/mport")]
    [InlineData("postgres://ann:hunter2@db.example/a/b")]
    [InlineData("postgres://ann:hunter2@db.example:port/mport")]
    [InlineData("postgres://ann:hunter2@db.example/mport?sslmode=hunter2")]
    [InlineData("postgres://ann:hunter2@db.example/mport?hunter2=1")]
    [InlineData("postgres://ann:hunter2@db.example/mport?pool_size=0")]
    public void UnreadablePostgresUrl_IsRefusedWithoutRepeatingIt(string text)
    {
        var failure = DatabaseUrl.Parse(text, "/base", "/data", out _);

        Assert.Equal(EdgeErrors.DatabaseUrlInvalid.Code, failure?.Code);
        Assert.DoesNotContain("hunter2", failure?.Text);
    }
}
