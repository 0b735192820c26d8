using System.Net;
using Mport.Server.Tunnels.Groups;

namespace Mport.Server.Tests.Tunnels.Groups;

public sealed class GroupChoiceTests
{
    [Theory]
    [InlineData(0, 1)]
    [InlineData(7, 1)]
    public void FewestVisitors_Win(uint turn, int expected) => Assert.Equal(expected, GroupChoice.LeastLoaded([3, 1, 2], turn));

    [Fact]
    public void AsFewVisitors_TakeTurns() =>
        Assert.Equal([0, 1, 2, 0, 1], Enumerable.Range(0, 5).Select(turn => GroupChoice.LeastLoaded([4, 4, 4], (uint)turn)));

    [Fact]
    public void ManyVisitors_AreSpreadEvenlyOverStickyMembers()
    {
        var members = Members("a", "b", "c", "d");

        var counts = Addresses(4000).CountBy(visitor => GroupChoice.Sticky(members, visitor)).ToDictionary();

        Assert.Equal(4, counts.Count);
        Assert.All(counts.Values, count => Assert.InRange(count, 850, 1150));
    }

    [Fact]
    public void MemberThatGoes_MovesItsOwnVisitorsAlone()
    {
        var all = Members("a", "b", "c", "d");
        var left = Members("a", "b", "d");

        var moved = Addresses(1000).Where(visitor => all[GroupChoice.Sticky(all, visitor)] != left[GroupChoice.Sticky(left, visitor)]).ToList();

        Assert.NotEmpty(moved);
        Assert.All(moved, visitor => Assert.Equal(2, GroupChoice.Sticky(all, visitor)));
    }

    [Fact]
    public void AddressOfOneHost_IsOneVisitor()
    {
        Assert.Equal(GroupChoice.HashOf(IPAddress.Parse("203.0.113.9")), GroupChoice.HashOf(IPAddress.Parse("::ffff:203.0.113.9")));
        Assert.Equal(GroupChoice.HashOf(IPAddress.Parse("2001:db8:1:2::1")), GroupChoice.HashOf(IPAddress.Parse("2001:db8:1:2:aaaa:bbbb:cccc:dddd")));
        Assert.NotEqual(GroupChoice.HashOf(IPAddress.Parse("2001:db8:1:2::1")), GroupChoice.HashOf(IPAddress.Parse("2001:db8:1:3::1")));
        Assert.NotEqual(GroupChoice.HashOf(IPAddress.Parse("203.0.113.9")), GroupChoice.HashOf(IPAddress.Parse("203.0.113.8")));
    }

    private static ulong[] Members(params string[] names) => [.. names.Select(name => GroupChoice.HashOf(name))];

    private static IEnumerable<ulong> Addresses(int count) =>
        Enumerable.Range(0, count).Select(i => GroupChoice.HashOf(new IPAddress([10, 0, (byte)(i >> 8), (byte)i])));
}
