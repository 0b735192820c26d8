using System.CommandLine;
using Mport.Cli.Configuration;
using Mport.Cli.Output;

namespace Mport.Cli.Commands;

/// <summary>The options that several commands share. One set per command tree.</summary>
internal sealed class CommonOptions
{
    public Option<string?> Server { get; } = new("--server") { HelpName = "HOST:PORT", Description = "The edge's TLS port (MPORT_SERVER; 8443 without a port)" };

    public Option<string?> Token { get; } = new("--token") { HelpName = "TOKEN", Description = "The access token (MPORT_TOKEN)" };

    public Option<string?> Pin { get; } = new("--pin") { HelpName = "sha256:…", Description = "Trust this one certificate instead of the system's authorities (MPORT_PIN)" };

    public Option<bool> Insecure { get; } = new("--insecure") { Description = "Trust any certificate; for tests by hand only" };

    public Option<string?> Config { get; } = new("--config") { HelpName = "FILE", Description = "The configuration file (MPORT_CONFIG)" };

    public Option<bool> Json { get; } = new("--json") { Description = "One JSON object a line on standard output" };

    public Option<string> LogLevel { get; } = Closed(new Option<string>("--log-level")
    {
        HelpName = "error|warn|info|debug",
        Description = "How much goes to standard error",
        DefaultValueFactory = _ => "info",
    });

    public Option<bool> FailFast { get; } = new("--fail-fast") { Description = "End at the first failure instead of trying again" };

    public Option<bool> RequireTarget { get; } = new("--require-target") { Description = "End when the target does not take a connection at the start" };

    public Option<string?> Wait { get; } = new("--wait") { HelpName = "DURATION", Description = "End when the tunnels are not ready by then: 30s, 2m" };

    public Option<string?> Carriers { get; } = new("--carriers") { HelpName = "N", Description = "Connections to the edge, 1 to 8; visitors are spread over them (MPORT_CARRIERS; 2 by default)" };

    public Option<bool> NoResume { get; } = new("--no-resume") { Description = "End visitors' connections when the connection to the edge breaks, instead of taking it up again" };

    public Option<bool> Takeover { get; } = new("--takeover") { Description = "Take the tunnel from another machine of the same account" };

    public Option<string?> Name { get; } = new("--name") { HelpName = "NAME", Description = "The tunnel's name; by default it comes from protocol and target" };

    /// <summary>Adds the options that say which edge, and how to trust it.</summary>
    public T AddEdge<T>(T command)
        where T : Command
    {
        Add(command, [Server, Token, Pin, Insecure, Config, Json]);
        return command;
    }

    /// <summary>Adds the options of a run.</summary>
    public T AddRun<T>(T command)
        where T : Command
    {
        AddEdge(command);
        Add(command, [LogLevel, FailFast, RequireTarget, Wait, Takeover, Carriers, NoResume]);
        return command;
    }

    /// <summary>What the command line says about the edge.</summary>
    public EdgeFlags EdgeFlags(ParseResult parsed) => new()
    {
        Server = parsed.GetValue(Server),
        Token = parsed.GetValue(Token),
        Pin = parsed.GetValue(Pin),
        Insecure = parsed.GetValue(Insecure),
    };

    /// <summary>The chosen verbosity.</summary>
    public Verbosity Verbosity(ParseResult parsed) => Enum.Parse<Verbosity>(parsed.GetValue(LogLevel) ?? "info", ignoreCase: true);

    public static void Add(Command command, ReadOnlySpan<Option> options)
    {
        foreach (var option in options)
        {
            command.Options.Add(option);
        }
    }

    private static Option<string> Closed(Option<string> option) => option.AcceptOnlyFromAmong("error", "warn", "info", "debug");
}
