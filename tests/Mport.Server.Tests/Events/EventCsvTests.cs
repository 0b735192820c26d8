using System.Text;
using Mport.Server.Events;

namespace Mport.Server.Tests.Events;

public sealed class EventCsvTests
{
    [Theory]
    [InlineData("=1+1", "'=1+1")]
    [InlineData("+1", "'+1")]
    [InlineData("-1", "'-1")]
    [InlineData("@SUM(A1)", "'@SUM(A1)")]
    [InlineData("a,b", "\"a,b\"")]
    [InlineData("say \"hi\"", "\"say \"\"hi\"\"\"")]
    [InlineData("=a,b", "\"'=a,b\"")]
    [InlineData("plain", "plain")]
    public void Cell_IsNeverAFormula(string reason, string cell) // CWE-1236
    {
        var file = Encoding.UTF8.GetString(EventCsv.Of([Happened(reason)]));

        Assert.Equal(3, file.Split("\r\n").Length);
        Assert.EndsWith("," + cell + "\r\n", file, StringComparison.Ordinal);
    }

    private static EventRecord Happened(string reason) => new()
    {
        Sequence = 1,
        Id = "evt_1",
        At = DateTimeOffset.UnixEpoch,
        Kind = "token.created",
        IsAudit = true,
        ActorKind = "user",
        Reason = reason,
    };
}
