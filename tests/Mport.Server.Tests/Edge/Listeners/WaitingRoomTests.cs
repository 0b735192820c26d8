using System.Net;
using System.Net.Sockets;
using Mport.Server.Edge.Listeners;

namespace Mport.Server.Tests.Edge.Listeners;

public sealed class WaitingRoomTests
{
    private static readonly IPAddress First = IPAddress.Parse("192.0.2.1");
    private static readonly IPAddress Second = IPAddress.Parse("192.0.2.2");

    [Fact]
    public void OneTooManyFromAnAddress_ClosesItsLongestWaiting()
    {
        var room = new WaitingRoom(places: 10, placesPerAddress: 2);
        var other = room.Enter(NewSocket(), Second);
        var one = room.Enter(NewSocket(), First);
        var two = room.Enter(NewSocket(), First);

        var three = room.Enter(NewSocket(), First);

        Assert.False(room.TryLeave(one));
        Assert.True(IsClosed(one));
        Assert.True(room.TryLeave(two) && room.TryLeave(three) && room.TryLeave(other));
        Assert.False(IsClosed(two) || IsClosed(three) || IsClosed(other));
        Assert.Equal(0, room.Count);
    }

    [Fact]
    public void OneTooManyInAll_ClosesTheLongestWaiting()
    {
        var room = new WaitingRoom(places: 2, placesPerAddress: 2);
        var one = room.Enter(NewSocket(), First);
        room.Enter(NewSocket(), Second);

        room.Enter(NewSocket(), IPAddress.Parse("192.0.2.3"));

        Assert.True(IsClosed(one));
        Assert.Equal(2, room.Count);
    }

    [Fact]
    public void WhoHasLeft_IsNotClosed()
    {
        var room = new WaitingRoom(places: 1, placesPerAddress: 1);
        var one = room.Enter(NewSocket(), First);
        Assert.True(room.TryLeave(one));

        room.Enter(NewSocket(), First);

        Assert.False(IsClosed(one));
        Assert.False(room.TryLeave(one));
    }

    [Theory]
    [InlineData("192.0.2.1", "192.0.2.1", true)]
    [InlineData("192.0.2.1", "::ffff:192.0.2.1", true)]
    [InlineData("192.0.2.1", "192.0.2.2", false)]
    [InlineData("2001:db8:0:1::1", "2001:db8:0:1:ffff::2", true)]
    [InlineData("2001:db8:0:1::1", "2001:db8:0:2::1", false)]
    [InlineData("::", "0.0.0.0", false)]
    public void Addresses_CountByBlock(string one, string other, bool same) =>
        Assert.Equal(same, AddressBlock.Of(IPAddress.Parse(one)) == AddressBlock.Of(IPAddress.Parse(other)));

    private static Socket NewSocket() => new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);

    private static bool IsClosed(WaitingRoom.Seat seat) => seat.Socket.SafeHandle.IsClosed;
}
