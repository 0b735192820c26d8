using System.CommandLine;
using Mport.Client;

namespace Mport.Cli.Commands;

/// <summary><c>mport http</c>, <c>tcp</c>, <c>tls</c>, <c>udp</c>, <c>tcp+udp</c>, and the bare <c>mport TARGET</c>, which is http.</summary>
internal sealed class TunnelCommands(CommonOptions common, RunPreparation preparation)
{
    private readonly TunnelOptions _options = new(common);

    /// <summary>The command of each kind of tunnel.</summary>
    public IReadOnlyList<Command> All() =>
    [
        Create(TunnelKind.Http, "Give a local web service a public URL", "The local web service: 3000, host:port or http://host:port"),
        Create(TunnelKind.Tcp, "Give a local TCP service a public port", "The local service: 5555, host:port, or a range of ports such as 6000-6010"),
        Create(TunnelKind.Tls, "Give a local TLS service a public host name; the edge passes its TLS through unseen", "The local service that speaks TLS: 443 or host:port"),
        Create(TunnelKind.Udp, "Give a local UDP service a public port", "The local service: 19132, host:port, or a range of ports such as 6000-6010"),
        Create(TunnelKind.TcpUdp, "Give a local service of both TCP and UDP one public port number", "The local service: 5201, host:port, or a range of ports such as 6000-6010"),
    ];

    /// <summary>Makes the root command itself mean <c>http</c>.</summary>
    public void AddBare(RootCommand root, Surroundings around)
    {
        // Hidden, or every command's help would show it as its own; the root's description tells of it.
        var target = new Argument<string?>("TARGET") { Hidden = true, Arity = ArgumentArity.ZeroOrOne };
        root.Arguments.Add(target);
        _options.AddTo(root, TunnelKind.Http);
        common.AddRun(root);
        root.SetAction((parsed, cancel) => parsed.GetValue(target) is { } text
            ? IsTarget(text) ? RunAsync(parsed, TunnelKind.Http, text) : Task.FromResult(UnknownCommand.Report(around, root, text, parsed.GetValue(common.Json)))
            : UnknownCommand.ShowHelpAsync(around, root, cancel));
    }

    private Command Create(TunnelKind kind, string does, string takes)
    {
        var target = new Argument<string>("TARGET") { Description = takes };
        var command = new Command(kind.ToWire(), does) { target };
        _options.AddTo(command, kind);
        common.AddRun(command);
        command.SetAction((parsed, _) => RunAsync(parsed, kind, parsed.GetValue(target) ?? ""));
        return command;
    }

    // What has no digit, dot, colon or slash is a mistyped command rather than a target.
    private static bool IsTarget(string text) => text.Any(c => char.IsAsciiDigit(c) || c is '.' or ':' or '/');

    private Task<int> RunAsync(ParseResult parsed, TunnelKind kind, string target) => preparation.RunAsync(parsed, _ => _options.Read(parsed, kind, target));
}
