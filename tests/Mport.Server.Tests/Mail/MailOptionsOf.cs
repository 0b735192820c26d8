using Mport.Protocol.Identity;
using Mport.Server.Accounts;
using Mport.Server.Mail;
using Mport.Testing;

namespace Mport.Server.Tests.Mail;

/// <summary>How to send mail to a test's server.</summary>
internal static class MailOptionsOf
{
    public static MailOptions Options(this SmtpSink sink, SmtpTls tls = SmtpTls.None, string? user = null, string? password = null)
    {
        Assert.True(EmailAddress.TryParse("mport@edge.example", out var from));
        return new MailOptions
        {
            Server = new SmtpServer("localhost", sink.Port),
            Tls = tls,
            User = user,
            Password = password is null ? null : new Secret(password),
            From = from,
        };
    }
}
