using Mport.Protocol.Handshake;
using Mport.Server.Edge.Sessions;

namespace Mport.Server.Tests.Edge.Sessions;

public sealed class CarrierTicketsTests
{
    private readonly CarrierTickets _tickets = new();

    [Fact]
    public void StrangersTicket_IsNotGood() => Assert.False(_tickets.Accepts(ResumeTicket.Create(), 0));

    [Fact]
    public void UsedTicket_IsGoodUntilTheClientShowsThatItHasTheNext() // SEC-28
    {
        var first = _tickets.Current;
        Assert.True(_tickets.Accepts(first, 100));
        _tickets.Replace(first, 100);

        // The Welcome with the next ticket may have been lost.
        Assert.True(_tickets.Accepts(first, 100));
        Assert.True(_tickets.Accepts(_tickets.Current, 100));

        // Bytes came over the connection that it was for.
        Assert.False(_tickets.Accepts(first, 101));
        Assert.True(_tickets.Accepts(_tickets.Current, 101));
    }

    [Fact]
    public void TicketBeforeTheLast_IsNeverGood()
    {
        var first = _tickets.Current;
        _tickets.Replace(first, 1);
        _tickets.Replace(_tickets.Current, 1);

        Assert.False(_tickets.Accepts(first, 1));
    }

    [Fact]
    public void Tickets_Differ()
    {
        var first = _tickets.Current;
        _tickets.Replace(first, 0);

        Assert.False(ResumeTicket.AreEqual(first, _tickets.Current));
        Assert.Equal(64, first.Reveal().Length);
        Assert.Equal("***", first.ToString());
    }
}
