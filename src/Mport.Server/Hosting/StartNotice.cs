using System.Text;
using Mport.Protocol.Identity;
using Mport.Server.Accounts;
using Mport.Server.Accounts.Links;

namespace Mport.Server.Hosting;

/// <summary>What the edge prints on standard output once it listens.</summary>
internal sealed record StartNotice
{
    /// <summary>What the owner's first token is called.</summary>
    public const string TokenNameText = "first-start";

    /// <summary>The edge's domain.</summary>
    public required string Domain { get; init; }

    /// <summary>The real HTTP port.</summary>
    public required int HttpPort { get; init; }

    /// <summary>The real TLS port.</summary>
    public required int TlsPort { get; init; }

    /// <summary>The certificate's pin.</summary>
    public required CertificatePin Pin { get; init; }

    /// <summary>Whether a client needs the pin, since no authority stands behind the certificate.</summary>
    public required bool NeedsPin { get; init; }

    /// <summary>The owner's address; null when this is not the first start.</summary>
    public string? Owner { get; init; }

    /// <summary>The owner's token; null when this is not the first start.</summary>
    public Secret? Token { get; init; }

    /// <summary>Where the owner sets a password, once and within an hour; null when this is not the first start.</summary>
    public Secret? SetupLink { get; init; }

    /// <summary>Whether no token exists, and none was made now: accounts were added by hand before the first start.</summary>
    public bool LacksToken { get; init; }

    /// <summary>
    /// Makes the notice of an edge that listens on these ports. Where no token was ever made, the owner gets one: as late as this, since a token
    /// made before the ports were bound would be lost when one of them is in use.
    /// </summary>
    public static async Task<StartNotice> CreateAsync(OpenedEdge edge, int httpPort, int tlsPort, AccountLinks links, CancellationToken cancellationToken)
    {
        var notice = new StartNotice
        {
            Domain = edge.Settings.Domain,
            HttpPort = httpPort,
            TlsPort = tlsPort,
            Pin = edge.Certificate.Pin,
            NeedsPin = edge.Certificate.NeedsPin,
        };
        if (await edge.Tokens.AnyAsync(cancellationToken))
        {
            return notice;
        }

        if (await edge.Users.FindEnabledOwnerAsync(cancellationToken) is { } owner && TokenName.TryParse(TokenNameText, out var name))
        {
            var issued = await edge.Tokens.CreateAsync(new NewToken { UserId = owner.Id, Name = name, Scopes = TokenScopes.All }, cancellationToken);
            var setup = EmailAddress.TryParse(owner.Email, out var email) ? await edge.Accounts.Links.CreateAsync(email, cancellationToken) : null;
            return notice with { Owner = owner.Email, Token = issued.Token, SetupLink = setup is null ? null : links.Password(setup) };
        }

        return notice with { LacksToken = true };
    }

    /// <summary>The text to print. On the first start it holds the token: it goes to standard output and nowhere else.</summary>
    public string ToText()
    {
        var text = new StringBuilder()
            .AppendLine($"mportd {EdgeVersion.Text} serves {Domain}")
            .AppendLine($"  clients and HTTPS  https://{Domain}:{TlsPort}")
            .AppendLine($"  HTTP               http://{Domain}:{HttpPort}")
            .AppendLine($"  certificate pin    {Pin}");
        if (Token is { } token)
        {
            text.AppendLine()
                .AppendLine($"First start. The account {Owner} has this token, which is shown only now:")
                .AppendLine($"  {token.Reveal()}")
                .AppendLine("On a client, run this once:")
                .AppendLine($"  mport login {Domain}:{TlsPort} --token {token.Reveal()}{(NeedsPin ? $" --pin {Pin}" : "")}");
        }

        if (SetupLink is { } link)
        {
            text.AppendLine("To sign in with a browser, set the account's password within an hour at this address, which works once:")
                .AppendLine($"  {link.Reveal()}");
        }

        if (LacksToken)
        {
            text.AppendLine().AppendLine("No client can connect yet: there is no token. Make one: mportd token create --user EMAIL --name NAME");
        }

        return text.ToString();
    }
}
