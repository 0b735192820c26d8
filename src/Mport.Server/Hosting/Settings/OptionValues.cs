using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Mport.Server.Accounts;
using Mport.Server.Accounts.Registration;
using Mport.Server.Edge.Proxies;
using Mport.Server.Mail;
using Mport.Server.Metrics;
using Mport.Server.Quotas;

namespace Mport.Server.Hosting.Settings;

/// <summary>Readers of option values: null for a good one, else what would have been one.</summary>
internal static class OptionValues
{
    public static string? ReadRaw(RawValue raw, out RawValue value)
    {
        value = raw;
        return null;
    }

    public static string? ReadPath(RawValue raw, out string value)
    {
        value = "";
        if (string.IsNullOrWhiteSpace(raw.Text) || raw.Text.Contains('\0'))
        {
            return "a path";
        }

        value = Path.GetFullPath(raw.Text, raw.BaseFolder);
        return null;
    }

    public static string? ReadNumber(RawValue raw, out int value) =>
        int.TryParse(raw.Text, NumberStyles.None, CultureInfo.InvariantCulture, out value) ? null : "a whole number";

    public static string? ReadPorts(RawValue raw, out PortRange value) =>
        PortRange.TryParse(raw.Text, out value) ? null : "a range of ports such as 20000-20999, within 1024 to 65535";

    public static string? ReadDomain(RawValue raw, out string value)
    {
        value = raw.Text.ToLowerInvariant().TrimEnd('.');
        var dotted = value.Length > 0 && value.All(c => char.IsAsciiDigit(c) || c == '.');
        var good = dotted
            ? IPAddress.TryParse(value, out var address) && address.AddressFamily == AddressFamily.InterNetwork && address.ToString() == value
            : DomainName.IsHostName(value);
        return good ? null : "a host name such as tunnels.example.com, or an IPv4 address";
    }

    public static string? ReadAddress(RawValue raw, out IPAddress value)
    {
        value = IPAddress.IPv6Any;
        if (raw.Text == "*")
        {
            return null;
        }

        if (!IPAddress.TryParse(raw.Text, out var address))
        {
            return "an IP address, or * for all interfaces";
        }

        value = address;
        return null;
    }

    public static string? ReadEndPoint(RawValue raw, out IPEndPoint value)
    {
        const int DnsPort = 53;
        var known = IPEndPoint.TryParse(raw.Text, out var endPoint);
        value = endPoint is null ? new IPEndPoint(IPAddress.Loopback, DnsPort) : endPoint.Port == 0 ? new IPEndPoint(endPoint.Address, DnsPort) : endPoint;
        return known ? null : "an IP address with or without a port, as in 9.9.9.9, 127.0.0.1:5353 or [::1]:53";
    }

    public static string? ReadEmail(RawValue raw, out EmailAddress value) => EmailAddress.TryParse(raw.Text, out value) ? null : "an e-mail address";

    public static string? ReadDuration(RawValue raw, out TimeSpan value) =>
        Duration.TryParse(raw.Text, out value) ? null : "a time such as 30s, 5m, 2h or 90d";

    public static string? ReadNetworks(RawValue raw, out IpNetworks value)
    {
        var good = IpNetworks.TryParse(raw.Text, out var networks, out var fault);
        value = networks ?? IpNetworks.None;
        return good ? null : fault;
    }

    public static string? ReadForbiddenNames(RawValue raw, out ForbiddenNames value) =>
        ForbiddenNames.TryParse(raw.Text, out value, out _) ? null : $"up to {NamePatterns.Most} names of a-z, 0-9, hyphen and star, separated by commas";

    public static string? ReadLevel(RawValue raw, out LogLevel value)
    {
        LogLevel? level = raw.Text.ToLowerInvariant() switch
        {
            "trace" => LogLevel.Trace,
            "debug" => LogLevel.Debug,
            "info" or "information" => LogLevel.Information,
            "warn" or "warning" => LogLevel.Warning,
            "error" => LogLevel.Error,
            _ => null,
        };
        value = level ?? LogLevel.Information;
        return level is null ? "trace, debug, info, warn or error" : null;
    }

    public static string? ReadSize(RawValue raw, out long value) =>
        ByteSize.TryParse(raw.Text, out value) ? null : "a size such as 65536, 64k, 64M or 2G";

    public static string? ReadRate(RawValue raw, out long value) =>
        ByteSize.TryParseRate(raw.Text, out value) ? null : "bytes a second such as 500k, 10M or 1G";

    public static string? ReadQuotaAction(RawValue raw, out QuotaAction value)
    {
        value = raw.Text.Equals("throttle", StringComparison.OrdinalIgnoreCase) ? QuotaAction.Throttle : QuotaAction.Stop;
        return value is QuotaAction.Throttle || raw.Text.Equals("stop", StringComparison.OrdinalIgnoreCase) ? null : "stop or throttle";
    }

    public static string? ReadSmtpServer(RawValue raw, out SmtpServer value) =>
        SmtpServer.TryParse(raw.Text, out value) ? null : "a mail server such as mail.example.com or mail.example.com:587";

    public static string? ReadLine(RawValue raw, out string value)
    {
        value = raw.Text;
        return value.Length is > 0 and <= 256 && !value.Any(char.IsControl) ? null : "one line of 1 to 256 characters";
    }

    public static string? ReadSmtpTls(RawValue raw, out SmtpTls value)
    {
        value = raw.Text.Equals("none", StringComparison.OrdinalIgnoreCase) ? SmtpTls.None : SmtpTls.StartTls;
        return value is SmtpTls.None || raw.Text.Equals("starttls", StringComparison.OrdinalIgnoreCase) ? null : "starttls or none";
    }

    public static string? ReadRegistration(RawValue raw, out RegistrationMode value)
    {
        RegistrationMode? mode = raw.Text.ToLowerInvariant() switch
        {
            "closed" => RegistrationMode.Closed,
            "invite" => RegistrationMode.Invite,
            "open" => RegistrationMode.Open,
            _ => null,
        };
        value = mode ?? RegistrationMode.Invite;
        return mode is null ? "closed, invite or open" : null;
    }

    public static string? ReadMailDomains(RawValue raw, out MailDomains value)
    {
        var domains = MailDomains.Parse(raw.Text);
        value = domains ?? MailDomains.All;
        return domains is null ? $"at most {MailDomains.Most} domains with commas between, such as example.com,example.org" : null;
    }

    public static string? ReadMetricsAccess(RawValue raw, out MetricsAccess value)
    {
        MetricsAccess? access = raw.Text.ToLowerInvariant() switch
        {
            "loopback" => MetricsAccess.Loopback,
            "public" => MetricsAccess.Public,
            "off" => MetricsAccess.Off,
            _ => null,
        };
        value = access ?? MetricsAccess.Loopback;
        return access is null ? "loopback, public or off" : null;
    }
}
