using Mport.Server.Accounts;
using Mport.Server.Certificates.Acme;

namespace Mport.Server.Hosting.Settings;

/// <summary>The options that say how the edge gets certificates from an authority; docs/certificates.md has a line for each.</summary>
internal static class AcmeSettings
{
    private const string LetsEncrypt = "https://acme-v02.api.letsencrypt.org/directory";
    private const string LetsEncryptStaging = "https://acme-staging-v02.api.letsencrypt.org/directory";

    public static readonly EdgeOption<Uri> Directory = new(
        "acme-directory", "URL", "Authority that certificates are got from by themselves: letsencrypt, staging (Let's Encrypt's for trying), or the URL of an ACME directory; off for none.", ReadDirectory)
    {
        Default = "off",
    };

    public static readonly EdgeOption<bool> AgreeTerms = new(
        "acme-agree-terms", "YES", "yes: you have read the authority's terms of service and agree to them; needed with --acme-directory.", ReadYes)
    {
        Default = "no",
    };

    public static readonly EdgeOption<EmailAddress> Email = new(
        "acme-email", "EMAIL", "E-mail address that the authority may write to.", OptionValues.ReadEmail)
    {
        Default = "none",
    };

    public static readonly EdgeOption<AcmeChallengeKind> Challenge = new(
        "acme-challenge", "KIND", "How the authority sees that a name leads here: http-01 (looks at port 80), tls-alpn-01 (port 443), or dns-01 (a TXT record, set by --acme-dns-hook; the only one for wildcards).", ReadChallenge)
    {
        Default = "http-01",
    };

    public static readonly EdgeOption<string> DnsHook = new(
        "acme-dns-hook", "PROGRAM", "Program that sets TXT records for dns-01: called with present or cleanup, the record's name, and its value.", OptionValues.ReadPath);

    public static readonly EdgeOption<string> CaFile = new(
        "acme-ca-file", "FILE", "PEM file with authorities that vouch for the ACME server itself, for one of your own network.", OptionValues.ReadPath);

    /// <summary>All of them, in the order of the help.</summary>
    public static IReadOnlyList<EdgeOption> All { get; } = [Directory, AgreeTerms, Email, Challenge, DnsHook, CaFile];

    /// <summary>Reads how certificates are got; null for not at all.</summary>
    public static AcmeOptions? Read(EdgeSettingsReader reader)
    {
        var raw = reader.Find(Directory);
        if (raw is null || raw.Text == "off" || reader.Get(Directory, null) is not { } directory)
        {
            return null;
        }

        if (!reader.Get(AgreeTerms, false))
        {
            reader.Fail(raw, "needs --acme-agree-terms yes beside it, once you have read the authority's terms of service.");
        }

        var challenge = reader.Get(Challenge, AcmeChallengeKind.Http01);
        var hook = reader.Get(DnsHook, null);
        if (challenge == AcmeChallengeKind.Dns01 != hook is not null)
        {
            reader.Fail(reader.Find(Challenge) ?? reader.Find(DnsHook), $"does not fit: --acme-challenge dns-01 and --acme-dns-hook need each other.");
        }

        return new AcmeOptions
        {
            Directory = directory,
            Contact = reader.Find(Email) is null ? null : reader.Get(Email, default),
            CaFile = reader.Get(CaFile, null),
            Challenge = challenge,
            DnsHook = hook,
        };
    }

    private static string? ReadDirectory(RawValue raw, out Uri value)
    {
        var text = raw.Text switch { "letsencrypt" => LetsEncrypt, "staging" => LetsEncryptStaging, "off" => LetsEncrypt, var other => other };
        var known = Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme == Uri.UriSchemeHttps;
        value = uri ?? new Uri(LetsEncrypt);
        return known ? null : "letsencrypt, staging, off, or a URL that begins with https://";
    }

    private static string? ReadYes(RawValue raw, out bool value)
    {
        value = raw.Text is "yes" or "true";
        return value || raw.Text is "no" or "false" ? null : "yes or no";
    }

    private static string? ReadChallenge(RawValue raw, out AcmeChallengeKind value)
    {
        var kind = AcmeChallengeKinds.Parse(raw.Text);
        value = kind ?? AcmeChallengeKind.Http01;
        return kind is null ? "http-01, tls-alpn-01 or dns-01" : null;
    }
}
