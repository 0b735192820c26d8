using System.CommandLine;
using Mport.Cli.Configuration;
using Mport.Client;
using Mport.Protocol.Errors;

namespace Mport.Cli.Commands;

/// <summary><c>mport http</c>, <c>mport tcp</c>, and the bare <c>mport TARGET</c>, which is http.</summary>
internal sealed class TunnelCommands(CommonOptions common, RunPreparation preparation)
{
    private readonly Option<string?> _subdomain = new("--subdomain") { HelpName = "NAME", Description = "The wanted subdomain; without it the edge chooses, and keeps what it chose" };
    private readonly Option<string?> _remotePort = new("--remote-port") { HelpName = "PORT", Description = "The wanted public port; without it the edge chooses, and keeps what it chose" };

    public Command Http()
    {
        var target = new Argument<string>("TARGET") { Description = "The local web service: 3000, host:port or http://host:port" };
        var command = common.AddRun(new Command("http", "Give a local web service a public URL") { target, _subdomain, common.Name });
        command.SetAction((parsed, _) => RunAsync(parsed, TunnelKind.Http, parsed.GetValue(target) ?? ""));
        return command;
    }

    public Command Tcp()
    {
        var target = new Argument<string>("TARGET") { Description = "The local service: 5555 or host:port" };
        var command = common.AddRun(new Command("tcp", "Give a local TCP service a public port") { target, _remotePort, common.Name });
        command.SetAction((parsed, _) => RunAsync(parsed, TunnelKind.Tcp, parsed.GetValue(target) ?? ""));
        return command;
    }

    /// <summary>Makes the root command itself mean <c>http</c>.</summary>
    public void AddBare(RootCommand root, Surroundings around)
    {
        // Hidden, or every command's help would show it as its own; the root's description tells of it.
        var target = new Argument<string?>("TARGET") { Hidden = true, Arity = ArgumentArity.ZeroOrOne };
        root.Arguments.Add(target);
        root.Options.Add(_subdomain);
        root.Options.Add(common.Name);
        common.AddRun(root);
        root.SetAction((parsed, cancel) => parsed.GetValue(target) is { } text
            ? IsTarget(text) ? RunAsync(parsed, TunnelKind.Http, text) : Task.FromResult(UnknownCommand.Report(around, root, text, parsed.GetValue(common.Json)))
            : UnknownCommand.ShowHelpAsync(around, root, cancel));
    }

    // What has no digit, dot, colon or slash is a mistyped command rather than a target.
    private static bool IsTarget(string text) => text.Any(c => char.IsAsciiDigit(c) || c is '.' or ':' or '/');

    private Task<int> RunAsync(ParseResult parsed, TunnelKind kind, string target) => preparation.RunAsync(parsed, _ => Spec(parsed, kind, target));

    private Checked<IReadOnlyList<TunnelSpec>> Spec(ParseResult parsed, TunnelKind kind, string text)
    {
        var failures = new List<Failure>();
        Note(TunnelText.TryReadTarget(text, out var target));
        var (name, subdomain, port) = (parsed.GetValue(common.Name), kind == TunnelKind.Http ? parsed.GetValue(_subdomain) : null, (int?)null);
        Note(name is null ? null : TunnelText.CheckName(name));
        Note(subdomain is null ? null : TunnelText.CheckName(subdomain));
        if (kind == TunnelKind.Tcp && parsed.GetValue(_remotePort) is { } portText)
        {
            Note(TunnelText.TryReadPort(portText, out var wanted));
            port = wanted;
        }

        return failures.Count > 0 ? failures : new Checked<IReadOnlyList<TunnelSpec>>(
        [
            new TunnelSpec
            {
                Name = name ?? TunnelSpec.DefaultName(kind, target),
                Kind = kind,
                Target = target,
                Subdomain = subdomain,
                RemotePort = port,
                Takeover = parsed.GetValue(common.Takeover),
            },
        ]);

        void Note(Failure? failure)
        {
            if (failure is not null)
            {
                failures.Add(failure);
            }
        }
    }
}
