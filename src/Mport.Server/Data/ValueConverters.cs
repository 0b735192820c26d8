using System.Diagnostics;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;
using Mport.Server.Accounts;
using Mport.Server.Accounts.Invitations;
using Mport.Server.Accounts.Passkeys;
using Mport.Server.Accounts.Reservations;
using Mport.Server.Accounts.Teams;
using Mport.Server.Accounts.Web;
using Mport.Server.Domains;
using Mport.Server.Edge.Proxies;
using Mport.Server.Mail;
using Mport.Server.Quotas;

namespace Mport.Server.Data;

internal sealed class UserIdConverter() : ValueConverter<UserId, string>(id => id.Value, text => new UserId(text));

internal sealed class TokenIdConverter() : ValueConverter<TokenId, string>(id => id.Value, text => new TokenId(text));

internal sealed class DomainIdConverter() : ValueConverter<DomainId, string>(id => id.Value, text => new DomainId(text));

internal sealed class TunnelIdConverter() : ValueConverter<TunnelId, string>(id => id.Value, text => new TunnelId(text));

internal sealed class WebSessionIdConverter() : ValueConverter<WebSessionId, string>(id => id.Value, text => new WebSessionId(text));

internal sealed class InvitationIdConverter() : ValueConverter<InvitationId, string>(id => id.Value, text => new InvitationId(text));

internal sealed class PasskeyIdConverter() : ValueConverter<PasskeyId, string>(id => id.Value, text => new PasskeyId(text));

internal sealed class MailIdConverter() : ValueConverter<MailId, string>(id => id.Value, text => new MailId(text));

internal sealed class MailKindConverter() : ValueConverter<MailKind, string>(kind => kind.ToText(), text => Read(text))
{
    private static MailKind Read(string text) => MailKinds.Parse(text) ?? throw new UnreachableException($"outgoing_mails.kind holds {text}");
}

internal sealed class ReservationIdConverter() : ValueConverter<ReservationId, string>(id => id.Value, text => new ReservationId(text));

internal sealed class UserRoleConverter() : ValueConverter<UserRole, string>(role => role.ToText(), text => Read(text))
{
    private static UserRole Read(string text) => UserRoles.ParseGiven(text) ?? throw new UnreachableException($"A role is called {text}");
}

internal sealed class TokenScopesConverter() : ValueConverter<TokenScopes, string>(
    scopes => TokenScopeNames.ToText(scopes), text => TokenScopeNames.FromText(text));

internal sealed class IpNetworksConverter() : ValueConverter<IpNetworks, string>(networks => networks.ToString(), text => Read(text))
{
    private static IpNetworks Read(string text) =>
        text.Length == 0 ? IpNetworks.None : IpNetworks.TryParse(text, out var networks, out _) ? networks : throw new UnreachableException($"tokens.networks holds {text}");
}

internal sealed class NamePatternsConverter() : ValueConverter<NamePatterns, string>(patterns => patterns.ToString(), text => NamePatterns.FromText(text));

internal sealed class TeamIdConverter() : ValueConverter<TeamId, string>(id => id.Value, value => new TeamId(value));

internal sealed class TunnelLabelsConverter() : ValueConverter<TunnelLabels, string>(labels => labels.ToString(), text => TunnelLabels.FromText(text));

internal sealed class PortTransportConverter() : ValueConverter<PortTransport, string>(
    transport => transport == PortTransport.Tcp ? "tcp" : "udp", text => text == "tcp" ? PortTransport.Tcp : PortTransport.Udp);

internal sealed class QuotaKindConverter() : ValueConverter<QuotaKind, string>(kind => kind.ToText(), text => Read(text))
{
    private static QuotaKind Read(string text) => QuotaKinds.Parse(text) ?? throw new UnreachableException($"quotas.kind holds {text}");
}

internal sealed class QuotaActionConverter() : ValueConverter<QuotaAction, string>(
    action => action == QuotaAction.Stop ? "stop" : "throttle", text => text == "stop" ? QuotaAction.Stop : QuotaAction.Throttle);

internal sealed class TunnelProtoConverter() : ValueConverter<TunnelProto, string>(proto => proto.ToText(), text => Read(text))
{
    private static TunnelProto Read(string text) => TunnelProtoText.Parse(text) ?? throw new UnreachableException($"tunnels.proto holds {text}");
}

/// <summary>SQLite has no time type; whole milliseconds since 1970 compare and sort as they should.</summary>
internal sealed class UnixMillisecondsConverter() : ValueConverter<DateTimeOffset, long>(
    time => time.ToUnixTimeMilliseconds(), milliseconds => DateTimeOffset.FromUnixTimeMilliseconds(milliseconds));

/// <summary>PostgreSQL's <c>timestamptz</c> wants UTC. Whole milliseconds as in SQLite, so that what is read back equals what was written.</summary>
internal sealed class UtcMillisecondsConverter() : ValueConverter<DateTimeOffset, DateTimeOffset>(
    time => DateTimeOffset.FromUnixTimeMilliseconds(time.ToUnixTimeMilliseconds()), time => time);
