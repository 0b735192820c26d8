using Mport.Client;
using Mport.Protocol.Errors;
using Mport.Protocol.Identity;

namespace Mport.Cli.Configuration;

/// <summary>What the command line says about the edge; each value is null when it says nothing.</summary>
internal sealed record EdgeFlags
{
    public string? Server { get; init; }

    public string? Token { get; init; }

    public string? Pin { get; init; }

    public bool Insecure { get; init; }
}

/// <summary>Which edge, and how to be let in and to know it: flag beats variable beats file, each value by itself.</summary>
internal sealed record EdgeSettings
{
    /// <summary>The edge, or null when nobody names one.</summary>
    public EdgeAddress? Server { get; init; }

    /// <summary>The token, or null when nobody gives one.</summary>
    public Secret? Token { get; init; }

    /// <summary>The one certificate to trust, or null for the system's authorities.</summary>
    public CertificatePin? Pin { get; init; }

    /// <summary>Trust any certificate.</summary>
    public bool Insecure { get; init; }

    /// <summary>Settles the values, or tells all that is wrong with them. That there is an edge and a token at all is for the caller to ask.</summary>
    public static Checked<EdgeSettings> Resolve(EdgeFlags flags, Func<string, string?> variable, ConfigFile file)
    {
        var failures = new List<Failure>();
        var server = file.Server;
        if (First((flags.Server, "--server"), (variable("MPORT_SERVER"), "MPORT_SERVER")) is var (serverText, serverFrom))
        {
            server = EdgeAddress.TryParse(serverText, out var address) ? address : null;
            Require(server is not null, UsageErrors.InvalidArgument, $"{serverFrom} is \"{serverText}\", which is neither a host nor host:port.", failures);
        }

        var token = file.Token;
        if (First((flags.Token, "--token"), (variable("MPORT_TOKEN"), "MPORT_TOKEN")) is var (tokenText, tokenFrom))
        {
            token = new Secret(tokenText);
            Require(AccessToken.TryGetKeyId(token, out _), AccountErrors.TokenMalformed, $"{tokenFrom} is not a whole token: it was cut or mistyped.", failures);
        }

        var pin = file.Pin;
        var named = First((flags.Pin, "--pin"), (variable("MPORT_PIN"), "MPORT_PIN"));
        if (named is var (pinText, pinFrom))
        {
            pin = CertificatePin.TryParse(pinText, out var read) ? read : null;
            Require(pin is not null, UsageErrors.InvalidArgument, $"{pinFrom} is \"{pinText}\", which is not sha256: and 64 hexadecimal digits.", failures);
        }

        Require(flags is not { Insecure: true, Pin: not null }, UsageErrors.InvalidArgument, "--insecure and --pin contradict each other.", failures);
        if (failures.Count > 0)
        {
            return failures;
        }

        // The flag --insecure beats a pin of the variable or the file; a named pin beats "insecure: true" in the file.
        var insecure = flags.Insecure || (file.Insecure && named is null);
        return new EdgeSettings { Server = server, Token = token, Pin = insecure ? null : pin, Insecure = insecure };
    }

    private static (string Text, string From)? First((string? Text, string From) flag, (string? Text, string From) variable) =>
        flag.Text is { } given ? (given, flag.From)
        : variable.Text is { Length: > 0 } set ? (set, variable.From)
        : null;

    private static void Require(bool holds, ErrorDescription error, string what, List<Failure> failures)
    {
        if (!holds)
        {
            failures.Add(Failure.Of(error, what));
        }
    }
}
