using Mport.Protocol.Errors;
using Mport.Server.Accounts.Registration;
using Mport.Server.Hosting;
using Mport.Server.Hosting.Settings;
using Mport.Server.Mail;
using Mport.Server.Tests.Kit;

namespace Mport.Server.Tests.Hosting.Settings;

[System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
public sealed class MailSettingsTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly Dictionary<string, string> _flags = [];
    private readonly Dictionary<string, string> _variables = [];

    public MailSettingsTests() => Directory.CreateDirectory(_folder.Path);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void NothingGiven_SendsNoMail_AndTakesInvitations()
    {
        var settings = Good();

        Assert.Null(settings.Mail);
        Assert.Equal((RegistrationMode.Invite, MailDomains.All), (settings.Registration.Mode, settings.Registration.Domains));
    }

    [Fact]
    public void All_AreRead_AndThePasswordIsASecret()
    {
        _flags["domain"] = "edge.example";
        _variables["MPORTD_SMTP"] = "mail.example.com";
        _flags["smtp-user"] = "mport";
        _flags["smtp-password-file"] = Password("let me in\n");
        _flags["registration"] = "open";
        _flags["registration-domains"] = "example.com";

        var settings = Good();

        Assert.Equal(new SmtpServer("mail.example.com", 587), settings.Mail?.Server);
        Assert.Equal(("mport", "let me in", SmtpTls.StartTls, "mport@edge.example"), (settings.Mail?.User, settings.Mail?.Password?.Reveal(), settings.Mail?.Tls, settings.Mail?.From.Value));
        Assert.Equal(RegistrationMode.Open, settings.Registration.Mode);
        Assert.DoesNotContain("let me in", settings.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Password_MayStandInItsVariable()
    {
        _flags["smtp"] = "mail.example.com";
        _flags["smtp-user"] = "mport";
        _variables[MailSettings.PasswordVariable] = "let me in";

        Assert.Equal("let me in", Good().Mail?.Password?.Reveal());
    }

    [Theory]
    [InlineData("registration=open", "needs --smtp|without a mail server")]
    [InlineData("registration-domains=example.com", "--registration open")]
    [InlineData("smtp=mail.example.com:465", "port 465")]
    [InlineData("smtp=mail.example.com smtp-user=mport", "password")]
    [InlineData("smtp-user=mport", "needs --smtp")]
    [InlineData("smtp=mail.example.com smtp-tls=maybe", "starttls or none")]
    [InlineData("smtp=mail.example.com mail-from=(x)mport@example.com", "sender")]
    [InlineData("smtp=mail.example.com registration=perhaps", "closed, invite or open")]
    [InlineData("smtp=mail:x", "a mail server such as")]
    public void WhatDoesNotFit_StopsTheStart(string given, string told)
    {
        foreach (var pair in given.Split(' ').Select(pair => pair.Split('=')))
        {
            _flags[pair[0]] = pair[1];
        }

        var failure = Assert.Single(Bad());
        Assert.Contains(told.Split('|'), part => failure.Text.Contains(part, StringComparison.Ordinal));
    }

    [Fact]
    public void Password_IsNotSentInTheClearToAnotherMachine()
    {
        _variables[MailSettings.PasswordVariable] = "let me in";
        (_flags["smtp"], _flags["smtp-user"], _flags["smtp-tls"]) = ("mail.example.com:25", "mport", "none");
        Assert.Contains("in the clear", Assert.Single(Bad()).Text, StringComparison.Ordinal);

        foreach (var near in new[] { "localhost:25", "127.0.0.1:25", "[::1]:25" })
        {
            _flags["smtp"] = near;
            Assert.Equal(SmtpTls.None, Good().Mail?.Tls);
        }
    }

    [Fact]
    public void PasswordFile_IsForItsOwnerAlone_AndOneLine()
    {
        (_flags["smtp"], _flags["smtp-user"]) = ("mail.example.com", "mport");
        _flags["smtp-password-file"] = Password("let me in");
        File.SetUnixFileMode(_flags["smtp-password-file"], UnixFileMode.UserRead | UnixFileMode.OtherRead);
        Assert.Contains("chmod 600", Assert.Single(Bad()).Text, StringComparison.Ordinal);

        foreach (var text in new[] { "", "\n", "two\nlines", new string('x', 2000) })
        {
            _flags["smtp-password-file"] = Password(text);
            Assert.Contains("on one line", Assert.Single(Bad()).Text, StringComparison.Ordinal);
        }

        _flags["smtp-password-file"] = _folder.File("missing");
        Assert.Contains("cannot be read", Assert.Single(Bad()).Text, StringComparison.Ordinal);
    }

    private string Password(string text)
    {
        var path = _folder.File("password");
        File.Delete(path);
        File.WriteAllText(path, text);
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        return path;
    }

    private EdgeSettings Good()
    {
        var (settings, failures) = Read();
        Assert.Empty(failures);
        Assert.NotNull(settings);
        return settings;
    }

    private IReadOnlyList<Failure> Bad()
    {
        var (settings, failures) = Read();
        Assert.Null(settings);
        return failures;
    }

    private (EdgeSettings? Settings, IReadOnlyList<Failure> Failures) Read() =>
        EdgeSettingsReader.Read(option => _flags.GetValueOrDefault(option.Name), name => _variables.GetValueOrDefault(name), _folder.Path);
}
