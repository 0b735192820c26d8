using System.Net;
using System.Net.Sockets;
using Mport.Client.Dialing;
using Mport.Protocol.Errors;
using Mport.Testing;

namespace Mport.Client.Tests.Dialing;

public sealed class AddressBookTests
{
    private static readonly IPAddress Old = IPAddress.Parse("192.0.2.1");
    private static readonly IPAddress New = IPAddress.Parse("192.0.2.2");
    private readonly ManualTimeProvider _time = new();
    private Func<CancellationToken, Task<IPAddress[]>> _dns = _ => Task.FromResult(new[] { Old });

    [Fact]
    public async Task NameThatMoved_TheNextLookUpGivesTheNewAddress_Rel31() // REL-31
    {
        var book = Book();
        book.Prove((await LookUpAsync(book)).Addresses);
        _dns = _ => Task.FromResult(new[] { New });

        Assert.Equal(New, Assert.Single((await LookUpAsync(book)).Addresses).Address);
    }

    [Fact]
    public async Task DnsFails_TheProvenAddressesStandIn_Rel30() // REL-30
    {
        var book = Book();
        book.Prove((await LookUpAsync(book)).Addresses);
        _dns = _ => throw new SocketException((int)SocketError.TryAgain);

        var lookup = await LookUpAsync(book);

        Assert.Equal(Old, Assert.Single(lookup.Addresses).Address);
        Assert.Equal(ConnectionErrors.NameNotResolved.Code, lookup.Failure?.Code);
    }

    [Fact]
    public async Task DnsFails_AddressesThatNeverWorkedDoNotStandIn()
    {
        var book = Book();
        await LookUpAsync(book);
        _dns = _ => throw new SocketException((int)SocketError.HostNotFound);

        var lookup = await LookUpAsync(book);

        Assert.Empty(lookup.Addresses);
        Assert.Contains("edge.example", lookup.Failure?.Text, StringComparison.Ordinal);
        Assert.True(lookup.Failure?.Retry);
    }

    [Fact]
    public async Task SilentDns_EndsAtTheLimit_Rel30() // REL-30
    {
        _dns = async cancelled =>
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancelled);
            return [];
        };
        var lookup = LookUpAsync(Book());

        _time.Advance(TimeSpan.FromSeconds(10));

        Assert.Equal(ConnectionErrors.NameNotResolved.Code, (await lookup).Failure?.Code);
    }

    [Fact]
    public async Task Literal_NeedsNoDns()
    {
        _dns = _ => throw new InvalidOperationException("DNS was asked for an address.");
        var book = new AddressBook(new EdgeAddress("::1", 8443), (_, cancelled) => _dns(cancelled), _time);

        Assert.Equal(new IPEndPoint(IPAddress.IPv6Loopback, 8443), Assert.Single((await LookUpAsync(book)).Addresses));
    }

    [Fact]
    public void BothFamilies_Alternate()
    {
        IPAddress[] six = [IPAddress.Parse("2001:db8::1"), IPAddress.Parse("2001:db8::2"), IPAddress.Parse("2001:db8::3")];

        var ordered = AddressBook.Interleave([.. six, Old], 1);

        Assert.Equal([six[0], Old, six[1], six[2]], ordered.Select(address => address.Address));
    }

    private static Task<AddressLookup> LookUpAsync(AddressBook book) => book.LookUpAsync(TimeSpan.FromSeconds(10), inHaste: false, CancellationToken.None).Limited("a look-up");

    private AddressBook Book() => new(new EdgeAddress("edge.example", 8443), (_, cancelled) => _dns(cancelled), _time);
}
