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
        Assert.Equal(Path.GetFullPath(path), url.Path);
    }

    [Theory]
    [InlineData("postgres://user:hunter2@host/db")]
    [InlineData("mysql:x")]
    [InlineData("edge.db")]
    public void OtherKind_IsRefusedWithoutTellingThePassword(string text)
    {
        var failure = DatabaseUrl.Parse(text, "/base", "/data", out _);

        Assert.Equal(EdgeErrors.DatabaseUnsupported.Code, failure?.Code);
        Assert.DoesNotContain("hunter2", failure?.Text);
    }
}
