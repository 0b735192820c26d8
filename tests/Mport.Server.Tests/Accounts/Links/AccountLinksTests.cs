using Mport.Server.Accounts.Links;

namespace Mport.Server.Tests.Accounts.Links;

public sealed class AccountLinksTests
{
    [Theory]
    [InlineData("tunnel.example", 80, 443, "https://tunnel.example")]
    [InlineData("tunnel.example", 8080, 8443, "https://tunnel.example:8443 https://tunnel.example")]
    [InlineData("localhost", 8080, 8443, "http://localhost:8080 https://localhost:8443 https://localhost")]
    [InlineData("192.0.2.7", 8080, 8443, "")]
    public void Origins_AreThoseOfTheEdgesOwnName_AndNoOtherPort(string domain, int http, int tls, string wanted)
    {
        var links = new AccountLinks();

        links.Bound(domain, http, tls);

        Assert.Equal(wanted, string.Join(' ', links.Origins));
    }
}
