using System.CommandLine;
using Mport.Protocol.Errors;
using Mport.Server.Accounts;
using Mport.Server.Mail;

namespace Mport.Server.Hosting.Commands;

/// <summary><c>mportd mail test</c>.</summary>
internal static class MailCommands
{
    /// <summary>The commands.</summary>
    public static Command Build(CommandFrame frame) => new("mail", "Look at how the edge sends mail.") { BuildTest(frame) };

    /// <summary>Sends a mail at once, without the edge.</summary>
    /// <returns>Why not, or null.</returns>
    public static Task<Failure?> SendAsync(CommandCall call, MailOptions options, EmailAddress to, MailText text, CancellationToken cancellationToken) =>
        new SmtpMailer(options, call.Environment.Time).SendAsync(MailId.Create(call.Environment.Time), to, text, cancellationToken);

    private static Command BuildTest(CommandFrame frame)
    {
        var email = new Argument<string>("ADDRESS") { Description = "Where the mail is to go." };
        var test = new Command("test", "Send a test mail at once, and say what went wrong otherwise.") { email };
        frame.AddMailOptions(test);
        frame.Handle(test, async (call, cancellationToken) =>
        {
            if (!EmailAddress.TryParseTyped(call.Typed.GetRequiredValue(email), out var address))
            {
                return call.Fail(UserCommands.InvalidEmail(call.Typed.GetRequiredValue(email)));
            }

            if (call.Settings.Mail is not { } options)
            {
                return call.Fail(Failure.Of(MailErrors.ServerMissing, "There is no mail server to send with."));
            }

            if (await SendAsync(call, options, address, MailTexts.Test(CommandLinks.Of(call).Root + "/"), cancellationToken) is { } failure)
            {
                return call.Fail(failure);
            }

            var privacy = options.Tls is SmtpTls.StartTls ? "with STARTTLS" : "without TLS";
            call.Print($"{options.Server} took the mail for {address}, {privacy}, {(options.User is null ? "without signing in" : $"signed in as {options.User}")}, from {options.From}");
            call.Remark("If it does not arrive, look in the folder for spam and in the mail server's log: what becomes of it is in the server's hands now.");
            return ExitCode.Ok;
        });
        return test;
    }
}
