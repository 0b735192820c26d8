using Mport.Server.Accounts;
using Mport.Server.Accounts.Registration;
using Mport.Server.Mail;

namespace Mport.Server.Tests.Mail;

public sealed class MailValuesTests
{
    [Theory]
    [InlineData("mail.example.com", "mail.example.com", 587)]
    [InlineData("Mail.Example.com:25", "mail.example.com", 25)]
    [InlineData("192.0.2.7:2525", "192.0.2.7", 2525)]
    [InlineData("[2001:db8::1]:25", "2001:db8::1", 25)]
    [InlineData("[2001:db8::1]", "2001:db8::1", 587)]
    public void Server_IsAHostAndAPort(string text, string host, int port)
    {
        Assert.True(SmtpServer.TryParse(text, out var server));
        Assert.Equal(new SmtpServer(host, port), server);
    }

    [Theory]
    [InlineData("")]
    [InlineData("mail.example.com:")]
    [InlineData("mail.example.com:0")]
    [InlineData("mail.example.com:70000")]
    [InlineData("mail example.com")]
    [InlineData("smtp://mail.example.com")]
    [InlineData("2001:db8::1")]
    [InlineData("[mail.example.com]:25")]
    public void AnythingElse_IsNoServer(string text) => Assert.False(SmtpServer.TryParse(text, out _));

    [Theory]
    [InlineData("ann@example.com", true)]
    [InlineData("ann@EXAMPLE.com", true)]
    [InlineData("ann@xn--bcher-kva.example", true)]
    [InlineData("ann@bücher.example", true)]
    [InlineData("ann@mail.example.com", false)]
    [InlineData("ann@example.com.evil.example", false)]
    [InlineData("ann@evilexample.com", false)]
    [InlineData("ann@example.co", false)]
    [InlineData("ann@bucher.example", false)]
    public void Domains_AllowThemselvesAlone(string address, bool allowed)
    {
        var domains = MailDomains.Parse("Example.com, BÜCHER.example");
        Assert.NotNull(domains);
        Assert.True(EmailAddress.TryParseTyped(address, out var email));

        Assert.Equal(allowed, domains.Allows(email));
        Assert.True(MailDomains.All.Allows(email));
    }

    [Theory]
    [InlineData("")]
    [InlineData("example.com,")]
    [InlineData("*.example.com")]
    [InlineData("@example.com")]
    [InlineData("exam ple.com")]
    public void WrongDomain_IsNotPassedOver(string text) => Assert.Null(MailDomains.Parse(text));

    [Fact]
    public void TypedAddress_MayHaveSpacesAroundIt_AndADomainInItsOwnScript()
    {
        Assert.True(EmailAddress.TryParseTyped(" ann@bücher.example ", out var email));
        Assert.Equal("ann@xn--bcher-kva.example", email.Value);
        Assert.False(EmailAddress.TryParseTyped("änn@example.com", out _));
        Assert.False(EmailAddress.TryParseTyped(null, out _));
    }

    [Fact]
    public void Waits_DoubleUpToHalfAnHour()
    {
        Assert.Equal([5, 10, 20, 40], Enumerable.Range(1, 4).Select(attempt => MailBackoff.After(attempt).TotalSeconds));
        Assert.Equal(TimeSpan.FromMinutes(30), MailBackoff.After(20));
        Assert.Equal(TimeSpan.FromMinutes(30), MailBackoff.After(int.MaxValue));
    }

    [Fact]
    public void Text_IsAsciiInShortLines_AndALinkStaysWhole()
    {
        var link = new Mport.Protocol.Identity.Secret("https://edge.example:8443/confirm?t=" + new string('x', 90));
        MailText[] all =
        [
            MailTexts.Registration("https://edge.example:8443/", link), MailTexts.AccountExists("https://edge.example:8443/", link),
            MailTexts.PasswordReset("https://edge.example:8443/", link), MailTexts.Test("https://edge.example:8443/"),
            MailTexts.Invitation("https://edge.example:8443/", UserRole.Member, DateTimeOffset.UnixEpoch, link),
        ];

        Assert.All(all, text =>
        {
            Assert.True((text.Subject + text.Body).All(c => c is (>= ' ' and <= '~') or '\r' or '\n'));
            Assert.DoesNotContain('\n', text.Subject);
            Assert.Contains("edge.example", text.Subject, StringComparison.Ordinal);
            Assert.All(text.Body.Split("\r\n"), line => Assert.True(line.Length <= 76 || line == link.Reveal(), line));
        });
        Assert.All(all.Where(text => !text.Subject.StartsWith("Test", StringComparison.Ordinal)), text =>
        {
            Assert.Contains($"\r\n{link.Reveal()}\r\n", text.Body, StringComparison.Ordinal);
            Assert.Contains("do nothing", text.Body.Replace("\r\n", " ", StringComparison.Ordinal), StringComparison.Ordinal);
        });
    }
}
