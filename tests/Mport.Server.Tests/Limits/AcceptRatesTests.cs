using System.Net;
using Mport.Server.Edge.Listeners;
using Mport.Server.Limits;
using Mport.Testing;

namespace Mport.Server.Tests.Limits;

public sealed class AcceptRatesTests
{
    private readonly ManualTimeProvider _time = new();

    [Fact]
    public void Address_OpensSoManyASecond_AndNotOneMore()
    {
        var rates = new AcceptRates(10, _time);
        var (address, other) = (AddressBlock.Of(IPAddress.Parse("10.0.0.1")), AddressBlock.Of(IPAddress.Parse("10.0.0.2")));

        Assert.All(Enumerable.Range(0, 10), _ => Assert.True(rates.TryAccept(address)));
        Assert.False(rates.TryAccept(address));
        Assert.True(rates.TryAccept(other));
        _time.Advance(TimeSpan.FromMilliseconds(99));
        Assert.False(rates.TryAccept(address));
        _time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.True(rates.TryAccept(address));
    }

    [Fact]
    public void Port_TakesSoManyASecond_AndNotOneMore()
    {
        var rate = new AcceptRate(2, _time);

        Assert.True(rate.TryAccept());
        Assert.True(rate.TryAccept());
        Assert.False(rate.TryAccept());
        _time.Advance(TimeSpan.FromMilliseconds(500));
        Assert.True(rate.TryAccept());
    }

    [Fact]
    public void Zero_IsNoLimit()
    {
        var (rates, rate) = (new AcceptRates(0, _time), new AcceptRate(0, _time));

        Assert.All(Enumerable.Range(0, 1000), _ => Assert.True(rate.TryAccept() && rates.TryAccept(AddressBlock.Of(IPAddress.Loopback))));
    }

    [Fact]
    public void MoreAddressesThanAreRemembered_NeverShutOneOut()
    {
        var rates = new AcceptRates(1, _time);

        for (var i = 0; i < 3 * AcceptRates.MaxEntries; i++)
        {
            Assert.True(rates.TryAccept(new AddressBlock(IsV6: false, (ulong)i)));
        }
    }
}
