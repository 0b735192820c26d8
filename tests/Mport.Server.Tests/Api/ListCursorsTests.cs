using Mport.Server.Api;

namespace Mport.Server.Tests.Api;

public sealed class ListCursorsTests
{
    private static readonly ListCursors Cursors = new(new byte[32]);
    private static readonly ListPosition Place = new("näme", "tun_01");

    [Fact]
    public void Cursor_LeadsBackToItsPlace() => Assert.Equal(Place, Cursors.Open(Cursors.Seal(Place, "ann/tunnels"), "ann/tunnels"));

    [Fact]
    public void CursorOfAnotherAccountListOrSearch_IsNone() => Assert.Null(Cursors.Open(Cursors.Seal(Place, "ann/tunnels"), "bob/tunnels"));

    [Fact]
    public void CursorOfAnotherKey_IsNone() => Assert.Null(new ListCursors([.. Enumerable.Repeat((byte)1, 32)]).Open(Cursors.Seal(Place, "x"), "x"));

    [Fact]
    public void ChangedCursor_IsNone()
    {
        var cursor = Cursors.Seal(Place, "x");
        for (var i = 0; i < cursor.Length - 1; i++)
        {
            var changed = cursor[..i] + (cursor[i] == 'A' ? 'B' : 'A') + cursor[(i + 1)..];
            Assert.Null(Cursors.Open(changed, "x"));
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("A")]
    [InlineData("====")]
    [InlineData("../../etc/passwd")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAA")]
    public void Nonsense_IsNone(string cursor) => Assert.Null(Cursors.Open(cursor, "x"));

    [Fact]
    public void LongCursor_IsNotEvenLookedAt() => Assert.Null(Cursors.Open(new string('A', 100_000), "x"));
}
