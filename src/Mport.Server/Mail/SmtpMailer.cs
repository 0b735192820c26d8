using System.Net;
using System.Net.Mail;
using System.Net.Mime;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Text;
using Mport.Protocol.Errors;
using Mport.Server.Accounts;

namespace Mport.Server.Mail;

/// <summary>Hands a mail to the mail server, a connection each: an edge sends few.</summary>
internal sealed class SmtpMailer(MailOptions options, TimeProvider time)
{
    /// <summary>How long the server may take for one mail.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    /// <summary>Where mail is handed to.</summary>
    public SmtpServer Server => options.Server;

    /// <summary>
    /// Whether mail reaches exactly this address. The framework reads comments and quotes into addresses, and would send <c>(a)b@c.example</c>'s mail to
    /// <c>b@c.example</c>, who did not ask for it.
    /// </summary>
    public static bool CanReach(EmailAddress email) => MailAddress.TryCreate(email.Value, out var read) && read.Address == email.Value && read.DisplayName.Length == 0;

    /// <summary>Sends a mail.</summary>
    /// <returns>Why not, or null. <see cref="Failure.Retry"/> says whether another attempt can help.</returns>
    public async Task<Failure?> SendAsync(MailId id, EmailAddress to, MailText text, CancellationToken cancellationToken)
    {
        if (!CanReach(to))
        {
            return Failure.Of(MailErrors.AddressRefused, $"No mail can be addressed to {to}.");
        }

        using var late = new CancellationTokenSource(Limit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellationToken);
        using var message = Compose(id, to, text);
        using var client = new SmtpClient(options.Server.Host, options.Server.Port)
        {
            EnableSsl = options.Tls is SmtpTls.StartTls,
            Timeout = (int)Limit.TotalMilliseconds,
            Credentials = options is { User: { } user, Password: { } password } ? new NetworkCredential(user, password.Reveal()) : null,
        };
        try
        {
            // Its asynchronous methods end with reads that block, which on the thread that serves sockets would be for ever, and of everything
            // (docs/decisions/0008-where-code-runs.md): a thread of the pool waits, for one mail at a time. Where it takes too long, the client's end cuts it.
            await Task.Run(() => Send(client, message), CancellationToken.None).WaitAsync(either.Token);
            return null;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return Failure.Of(MailErrors.ServerUnreachable, $"{options.Server} took longer than {Limit.TotalSeconds:0} s.", retry: true);
        }
        catch (Exception failed) when (failed is SmtpException or IOException or SocketException or AuthenticationException)
        {
            return Explain(failed, to);
        }
    }

    private static void Send(SmtpClient client, MailMessage message) => client.Send(message);

    private MailMessage Compose(MailId id, EmailAddress to, MailText text)
    {
        var domain = options.From.Value[(options.From.Value.IndexOf('@') + 1)..];
        return new MailMessage(new MailAddress(options.From.Value, "Mport"), new MailAddress(to.Value))
        {
            Subject = text.Subject,
            Body = text.Body,
            BodyEncoding = Encoding.ASCII,
            BodyTransferEncoding = TransferEncoding.SevenBit,
            Headers =
            {
                ["Message-ID"] = $"<{id}@{domain}>",

                // So that nobody's absence is answered to the edge (RFC 3834).
                ["Auto-Submitted"] = "auto-generated",
            },
        };
    }

    private Failure Explain(Exception failed, EmailAddress to)
    {
        if (failed is SmtpFailedRecipientException refused)
        {
            // 4yz is "not now" (RFC 5321, 4.2.1).
            return Failure.Of(MailErrors.AddressRefused, $"{options.Server} refuses mail to {to}: {failed.Message}", retry: (int)refused.StatusCode < 500);
        }

        for (Exception? cause = failed; cause is not null; cause = cause.InnerException)
        {
            switch (cause)
            {
                case SocketException or IOException:
                    return Failure.Of(MailErrors.ServerUnreachable, $"{options.Server} cannot be reached: {Sentence(cause.Message)}", retry: true);
                case AuthenticationException:
                    return Failure.Of(MailErrors.ServerRefuses, $"TLS with {options.Server} failed: {Sentence(cause.Message)}", retry: true);
                default:
                    break;
            }
        }

        return Failure.Of(MailErrors.ServerRefuses, $"{options.Server} refuses: {Sentence(failed.Message)}", retry: true);
    }

    private static string Sentence(string text) => text.TrimEnd().EndsWith('.') ? text.TrimEnd() : text.TrimEnd() + ".";
}
