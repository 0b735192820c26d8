using Mport.Server.Tests.Kit;
using Mport.Testing;

namespace Mport.Server.Tests.Hosting.Commands;

public sealed class MailCommandsTests : IDisposable
{
    private readonly EdgeProgram _program = new();

    public void Dispose() => _program.Dispose();

    [Fact]
    public async Task Test_SendsAMail_AndSaysHow()
    {
        await using var sink = SmtpSink.Start();

        var run = await _program.RunAsync("mail", "test", "ann@example.com", "--smtp", $"localhost:{sink.Port}", "--smtp-tls", "none", "--mail-from", "mport@edge.example");

        Assert.Equal(0, run.Code);
        Assert.Contains("took the mail for ann@example.com, without TLS, without signing in, from mport@edge.example", run.Output, StringComparison.Ordinal);
        Assert.Equal("ann@example.com", (await sink.NextAsync("the mail")).To);
    }

    [Fact]
    public async Task Test_SaysWhatWentWrong()
    {
        using var nobody = new ReservedPort();
        var none = await _program.RunAsync("mail", "test", "ann@example.com");
        var away = await _program.RunAsync("mail", "test", "ann@example.com", "--smtp", $"127.0.0.1:{nobody.Port}", "--smtp-tls", "none");
        await using var sink = SmtpSink.Start(refuse: _ => "550 5.1.1 no such mailbox");
        var refused = await _program.RunAsync("mail", "test", "ann@example.com", "--smtp", $"127.0.0.1:{sink.Port}", "--smtp-tls", "none");
        var wrong = await _program.RunAsync("mail", "test", "ann");

        Assert.Equal((3, true), (none.Code, none.Error.Contains("MP-2064", StringComparison.Ordinal)));
        Assert.Equal((3, true), (away.Code, away.Error.Contains("MP-2060", StringComparison.Ordinal)));
        Assert.Equal((3, true), (refused.Code, refused.Error.Contains("MP-2062", StringComparison.Ordinal)));
        Assert.Contains("no such mailbox", refused.Error, StringComparison.Ordinal);
        Assert.Equal(2, wrong.Code);
    }

    [Fact]
    public async Task Invitation_IsMailed_AndPrintedAllTheSame()
    {
        await using var sink = SmtpSink.Start();
        _program.Variables["MPORTD_SMTP"] = $"localhost:{sink.Port}";
        _program.Variables["MPORTD_SMTP_TLS"] = "none";

        var run = await _program.RunAsync("invite", "create", "ann@example.com");

        Assert.Equal(0, run.Code);
        Assert.Contains("It was mailed to ann@example.com", run.Error, StringComparison.Ordinal);
        Assert.Equal(Assert.Single(run.Lines), (await sink.NextAsync("the mail")).Link.OriginalString);
        sink.IsAway = true;
        var unsent = await _program.RunAsync("invite", "create", "bob@example.com", "--json");
        Assert.Equal(0, unsent.Code);
        Assert.Contains("\"mailed\":false", unsent.Output, StringComparison.Ordinal);
        Assert.Contains("It was not mailed: MP-206", unsent.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ClosedRegistration_MakesNoInvitation()
    {
        _program.Variables["MPORTD_REGISTRATION"] = "closed";

        var run = await _program.RunAsync("invite", "create", "ann@example.com");

        Assert.NotEqual(0, run.Code);
        Assert.Contains("MP-1550", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task OpenRegistrationWithoutMail_DoesNotStart()
    {
        var run = await _program.RunAsync("serve", "--registration", "open");

        Assert.Equal(2, run.Code);
        Assert.Contains("Give --smtp", run.Error, StringComparison.Ordinal);
    }
}
