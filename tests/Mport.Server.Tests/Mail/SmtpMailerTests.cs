using Mport.Protocol.Errors;
using Mport.Server.Accounts;
using Mport.Server.Mail;
using Mport.Testing;

namespace Mport.Server.Tests.Mail;

public sealed class SmtpMailerTests
{
    private static readonly MailText Text = MailText.Of("A subject", "Look at", "http://localhost:8080/confirm?t=abc_DEF-123", "soon.");
    private readonly ManualTimeProvider _time = new();

    [Fact]
    public async Task Mail_ArrivesWhole_WithAStableId_FromTheSender()
    {
        await using var sink = SmtpSink.Start();
        var id = MailId.Create(_time);

        Assert.Null(await SendAsync(sink.Options(), id));

        var mail = await sink.NextAsync("the mail");
        Assert.Equal(("mport@edge.example", "ann@example.com"), (mail.From, mail.To));
        Assert.Contains($"Message-ID: <{id}@edge.example>", mail.Head, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("Auto-Submitted: auto-generated", mail.Head, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("Subject: A subject\n", mail.Head, StringComparison.Ordinal);
        Assert.Contains("charset=us-ascii", mail.Head, StringComparison.Ordinal);
        Assert.Contains("\nhttp://localhost:8080/confirm?t=abc_DEF-123\n", mail.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Login_IsGiven_AndAWrongOneIsRefused()
    {
        await using var sink = SmtpSink.Start(login: ("mport", "let me in"));

        Assert.Null(await SendAsync(sink.Options(user: "mport", password: "let me in")));
        Assert.Equal("mport", (await sink.NextAsync("the mail")).User);
        var failure = await SendAsync(sink.Options(user: "mport", password: "wrong one"));

        Assert.Equal(MailErrors.ServerRefuses.Code, failure?.Code);
        Assert.DoesNotContain("wrong one", failure?.Text ?? "", StringComparison.Ordinal);
    }

    [Fact]
    public async Task ServerWithoutStartTls_GetsNoMail_AndNoPassword()
    {
        await using var sink = SmtpSink.Start(login: ("mport", "let me in"));

        var failure = await SendAsync(sink.Options(SmtpTls.StartTls, "mport", "let me in"));

        Assert.Equal((MailErrors.ServerRefuses.Code, true), (failure?.Code, failure?.Retry));
        Assert.Equal(0, sink.Received);
    }

    [Fact]
    public async Task CertificateThatNobodyTrusts_GetsNoMail()
    {
        using var certificate = TestCertificates.SelfSigned();
        await using var sink = SmtpSink.Start(certificate);

        Assert.Equal(MailErrors.ServerRefuses.Code, (await SendAsync(sink.Options(SmtpTls.StartTls)))?.Code);
        Assert.Equal(0, sink.Received);
    }

    [Theory]
    [InlineData("550 5.1.1 no such mailbox", false)]
    [InlineData("450 4.2.1 not now", true)]
    public async Task RefusedAddress_IsGivenUpOnlyWhenItIsForGood(string answer, bool retry)
    {
        await using var sink = SmtpSink.Start(refuse: _ => answer);

        var failure = await SendAsync(sink.Options());

        Assert.Equal((MailErrors.AddressRefused.Code, retry), (failure?.Code, failure?.Retry));
    }

    [Fact]
    public async Task ServerThatIsNotThere_IsTold()
    {
        using var nobody = new ReservedPort();
        await using var sink = SmtpSink.Start();

        var failure = await SendAsync(sink.Options() with { Server = new SmtpServer("127.0.0.1", nobody.Port) });

        Assert.Equal((MailErrors.ServerUnreachable.Code, true), (failure?.Code, failure?.Retry));
    }

    [Fact]
    public async Task SilentServer_IsGivenHalfAMinute()
    {
        await using var sink = SmtpSink.Start(silent: true);
        var sending = SendAsync(sink.Options());
        await _time.WhenTimerAsync(due => due == SmtpMailer.Limit).Limited("the limit");
        _time.Advance(SmtpMailer.Limit);

        Assert.Equal((MailErrors.ServerUnreachable.Code, true), await sending is { } failure ? (failure.Code, failure.Retry) : default);
    }

    [Theory]
    [InlineData("(comment)ann@example.com")]
    [InlineData("ann(comment)@example.com")]
    public async Task AddressThatTheFrameworkReadsAsAnother_GetsNothing(string address)
    {
        await using var sink = SmtpSink.Start();
        Assert.True(EmailAddress.TryParse(address, out var email));

        Assert.False(SmtpMailer.CanReach(email));
        Assert.Equal(MailErrors.AddressRefused.Code, (await new SmtpMailer(sink.Options(), _time).SendAsync(MailId.Create(_time), email, Text, CancellationToken.None).Limited("the answer"))?.Code);
        Assert.Equal(0, sink.Connections);
    }

    [Theory]
    [InlineData("ann@example.com\r\nBcc: eve@example.com")]
    [InlineData("ann@example.com\nBcc: eve@example.com")]
    [InlineData("ann@example.com%0d%0aBcc:eve@example.com")]
    [InlineData("ann\r\n@example.com")]
    [InlineData("ann@exam\0ple.com")]
    [InlineData("ann@bücher\r\n.example")]
    public void AddressWithMoreThanAnAddress_IsNone(string text) // SEC-110
    {
        Assert.False(EmailAddress.TryParse(text, out _));
        Assert.False(EmailAddress.TryParseTyped(text, out _));
    }

    private async Task<Failure?> SendAsync(MailOptions options, MailId? id = null)
    {
        Assert.True(EmailAddress.TryParse("ann@example.com", out var ann));
        return await new SmtpMailer(options, _time).SendAsync(id ?? MailId.Create(_time), ann, Text, CancellationToken.None).Limited("the mail server's answer");
    }
}
