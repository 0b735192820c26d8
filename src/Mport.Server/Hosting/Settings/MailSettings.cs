using Mport.Protocol.Identity;
using Mport.Server.Accounts;
using Mport.Server.Accounts.Registration;
using Mport.Server.Data;
using Mport.Server.Mail;

namespace Mport.Server.Hosting.Settings;

/// <summary>The options that say how the edge sends mail and who may make an account; docs/mail.md and docs/accounts.md have a line for each.</summary>
internal static class MailSettings
{
    /// <summary>The variable that may hold the password in place of a file.</summary>
    public const string PasswordVariable = "MPORTD_SMTP_PASSWORD";

    // A password, not a book.
    private const int MaxPasswordFile = 1024;

    public static readonly EdgeOption<SmtpServer> Smtp = new(
        "smtp", "HOST[:PORT]", "Mail server that takes the edge's mail, port 587 where none is given. Not port 465: TLS begins with STARTTLS.", OptionValues.ReadSmtpServer)
    {
        Default = "none, and no mail is sent",
    };

    public static readonly EdgeOption<string> SmtpUser = new(
        "smtp-user", "NAME", "Name to sign in to the mail server with; needs --smtp-password-file or " + PasswordVariable + ".", OptionValues.ReadLine)
    {
        Default = "none",
    };

    public static readonly EdgeOption<string> SmtpPasswordFile = new(
        "smtp-password-file", "FILE", "File with the password for the mail server, mode 0600; " + PasswordVariable + " holds it otherwise.", OptionValues.ReadPath);

    public static readonly EdgeOption<SmtpTls> Tls = new(
        "smtp-tls", "HOW", "starttls, or none for a mail server on this machine or a network of your own.", OptionValues.ReadSmtpTls)
    {
        Default = "starttls",
    };

    public static readonly EdgeOption<EmailAddress> From = new(
        "mail-from", "EMAIL", "Sender of the edge's mail.", OptionValues.ReadEmail)
    {
        Default = "mport@DOMAIN",
    };

    public static readonly EdgeOption<RegistrationMode> Registration = new(
        "registration", "WHO", "Who may make an account: closed (nobody), invite (who was invited), or open (everybody with an address that gets mail; needs --smtp).", OptionValues.ReadRegistration)
    {
        Default = "invite",
    };

    public static readonly EdgeOption<MailDomains> RegistrationDomains = new(
        "registration-domains", "DOMAINS", "Mail domains that may register with --registration open, as in example.com,example.org; subdomains are not included.", OptionValues.ReadMailDomains)
    {
        Default = "all",
    };

    /// <summary>Those about the mail server: commands that send mail take them too.</summary>
    public static IReadOnlyList<EdgeOption> ForMail { get; } = [Smtp, SmtpUser, SmtpPasswordFile, Tls, From];

    /// <summary>All of them, in the order of the help.</summary>
    public static IReadOnlyList<EdgeOption> All { get; } = [.. ForMail, Registration, RegistrationDomains];

    /// <summary>Reads how mail is sent; null for not at all.</summary>
    public static MailOptions? ReadMail(EdgeSettingsReader reader, string domain)
    {
        var user = reader.Get(SmtpUser, otherwise: null);
        var given = reader.Find(SmtpPasswordFile);
        if (reader.Find(Smtp) is not { } raw)
        {
            foreach (var needless in new[] { reader.Find(SmtpUser), given }.OfType<RawValue>())
            {
                reader.Fail(needless, "needs --smtp beside it.");
            }

            return null;
        }

        var server = reader.Get(Smtp, default);
        var tls = reader.Get(Tls, SmtpTls.StartTls);
        var password = ReadPassword(reader, given);
        if (server.Port == SmtpServer.ImplicitTlsPort && tls is SmtpTls.StartTls)
        {
            reader.Fail(raw, "names port 465, which speaks TLS from the first byte on; mportd begins it with STARTTLS. Give the server's port 587.");
        }

        if (user is not null && password is null && given is null)
        {
            reader.Fail(reader.Find(SmtpUser), $"needs a password beside it: --smtp-password-file or {PasswordVariable}.");
        }
        else if (user is null && given is not null)
        {
            reader.Fail(given, "needs --smtp-user beside it.");
        }

        if (user is not null && tls is SmtpTls.None && !server.IsThisMachine)
        {
            reader.Fail(reader.Find(Tls), "would send the password in the clear to another machine; leave it out, or give no --smtp-user.");
        }

        var from = reader.Get(From, EmailAddress.TryParse("mport@" + domain, out var sender) ? sender : default);
        if (from.Value is null || !SmtpMailer.CanReach(from))
        {
            reader.Fail(reader.Find(From) ?? raw, $"needs a sender that mail can be from: give --mail-from, since {(from.Value is null ? "mport@" + domain : from)} is none.");
        }

        return new MailOptions { Server = server, User = user, Password = user is null ? null : password, Tls = tls, From = from };
    }

    /// <summary>Reads who may make an account.</summary>
    public static RegistrationOptions ReadRegistration(EdgeSettingsReader reader, RegistrationOptions defaults)
    {
        var options = new RegistrationOptions
        {
            Mode = reader.Get(Registration, defaults.Mode),
            Domains = reader.Get(RegistrationDomains, defaults.Domains) ?? defaults.Domains,
        };
        if (options.Mode is RegistrationMode.Open && reader.Find(Smtp) is null)
        {
            reader.Fail(reader.Find(Registration), "cannot be open without a mail server: addresses are confirmed by mail. Give --smtp, or take invite.");
        }

        if (options.Mode is not RegistrationMode.Open && options.Domains != MailDomains.All)
        {
            reader.Fail(reader.Find(RegistrationDomains), "needs --registration open beside it: invitations are for whom the administrator wants.");
        }

        return options;
    }

    private static Secret? ReadPassword(EdgeSettingsReader reader, RawValue? file)
    {
        if (file is null)
        {
            return reader.Variable(PasswordVariable) is { } variable ? new Secret(variable) : null;
        }

        if (reader.Get(SmtpPasswordFile, otherwise: null) is not { } path)
        {
            return null;
        }

        try
        {
            if (EdgeFiles.IsOpenToOthers(path))
            {
                reader.Fail(file, $"can be read by others than its owner; run chmod 600 {path}.");
                return null;
            }

            var text = new FileInfo(path).Length <= MaxPasswordFile ? File.ReadAllText(path).TrimEnd('\r', '\n') : "";
            if (text.Length == 0 || text.AsSpan().ContainsAny('\r', '\n'))
            {
                reader.Fail(file, "must hold the password on one line, and nothing else.");
                return null;
            }

            return new Secret(text);
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            reader.Fail(file, $"cannot be read: {unreadable.Message}");
            return null;
        }
    }
}
