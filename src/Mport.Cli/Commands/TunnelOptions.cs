using System.CommandLine;
using Mport.Cli.Configuration;
using Mport.Client;
using Mport.Protocol.Errors;

namespace Mport.Cli.Commands;

/// <summary>The options that describe a tunnel, and how they become one. One set per command tree.</summary>
internal sealed class TunnelOptions(CommonOptions common)
{
    private readonly PolicyOptions _policy = new();

    private readonly Option<string?> _subdomain = new("--subdomain") { HelpName = "NAME", Description = "The wanted subdomain; without it the edge chooses, and keeps what it chose" };
    private readonly Option<string[]> _domains = new("--domain") { HelpName = "HOST", AllowMultipleArgumentsPerToken = false, Description = "A custom domain of yours, or *.example.com for any one label; may be given several times" };
    private readonly Option<string?> _path = new("--path") { HelpName = "/PATH", Description = "Answer for this part of the hosts alone; other tunnels may have other parts" };
    private readonly Option<string?> _remotePort = new("--remote-port") { HelpName = "PORT", Description = "The wanted public port, or the first of a range; without it the edge chooses, and keeps what it chose" };
    private readonly Option<string?> _group = new("--group") { HelpName = "NAME", Description = "Share the tunnel with your other clients that name this group" };
    private readonly Option<string?> _team = new("--team") { HelpName = "NAME", Description = "Open a tunnel of this team of yours: its members share its name and address" };
    private readonly Option<bool> _sticky = new("--sticky") { Description = "With --group: a visitor's address stays with one client" };

    private readonly Option<string?> _proxyProtocol = new Option<string?>("--proxy-protocol") { HelpName = "1|2", Description = "Begin with a PROXY header of this version, which tells the target the visitor's address" }
        .AcceptOnlyFromAmong("1", "2");

    // On http it is there only to be refused with the reason.
    private readonly Option<string?> _noProxyProtocol = new("--proxy-protocol") { Hidden = true };

    private readonly Option<string?> _check = new("--health-check") { HelpName = "tcp|/PATH", Arity = ArgumentArity.ZeroOrOne, Description = "Look whether the target is well, by a connection or an HTTP request; while it is ill it gets no visitors" };
    private readonly Option<string?> _interval = new("--health-interval") { HelpName = "DURATION", Description = "From one check to the next (10s)" };
    private readonly Option<string?> _timeout = new("--health-timeout") { HelpName = "DURATION", Description = "How long a check may take (3s)" };
    private readonly Option<string?> _threshold = new("--health-threshold") { HelpName = "N", Description = "So many checks in a row change the verdict (3)" };

    /// <summary>Adds the options of a kind of tunnel to its command.</summary>
    public void AddTo(Command command, TunnelKind kind)
    {
        CommonOptions.Add(command, kind switch { TunnelKind.Http => [_subdomain, _domains, _path], TunnelKind.Tls => [_subdomain, _domains], _ => [_remotePort] });
        CommonOptions.Add(command, [common.Name, _group, _sticky, _team, kind == TunnelKind.Http ? _noProxyProtocol : _proxyProtocol]);
        CommonOptions.Add(command, kind == TunnelKind.Udp ? [] : [_check, _interval, _timeout, _threshold]);
        _policy.AddTo(command, kind);
    }

    /// <summary>The tunnels that the command line asks for, or all that is wrong with it.</summary>
    public Checked<IReadOnlyList<TunnelSpec>> Read(ParseResult parsed, TunnelKind kind, string targetText)
    {
        var failures = new List<Failure>();
        Note(TunnelText.TryReadTargets(targetText, out var target));
        PortSpan? ports = null;
        if (!kind.UsesHost() && parsed.GetValue(_remotePort) is { } text)
        {
            Note(TunnelText.TryReadPorts(text, out var wanted));
            ports = wanted;
        }

        var policy = _policy.Read(parsed, Note);
        var wish = new TunnelWish
        {
            Kind = kind,
            Target = target,
            Name = Name(common.Name),
            Subdomain = kind.UsesHost() ? Name(_subdomain) : null,
            Domains = kind.UsesHost() ? Domains() : null,
            Path = kind == TunnelKind.Http ? Path() : null,
            RemotePorts = ports,
            Takeover = parsed.GetValue(common.Takeover),
            ProxyProtocol = parsed.GetValue(kind == TunnelKind.Http ? _noProxyProtocol : _proxyProtocol) switch { null => null, "1" => 1, _ => 2 },
            Group = Name(_group),
            Team = Name(_team),
            Sticky = parsed.GetValue(_sticky),
            Policy = policy,
            Health = kind == TunnelKind.Udp ? null : ReadHealth(parsed, Note),
        };
        if (failures.Count == 0)
        {
            failures.AddRange(wish.Contradictions("The tunnel", option => "--" + option.Replace('_', '-')).Select(text => Failure.Of(UsageErrors.InvalidArgument, text + ".")));
            failures.AddRange(wish.BadNames());
        }

        return failures.Count > 0 ? failures : new Checked<IReadOnlyList<TunnelSpec>>(wish.ToSpecs());

        string? Name(Option<string?> option)
        {
            var name = parsed.GetValue(option);
            Note(name is null ? null : TunnelText.CheckName(name));
            return name;
        }

        IReadOnlyList<string>? Domains()
        {
            var domains = parsed.GetValue(_domains) ?? [];
            foreach (var domain in domains)
            {
                Note(TunnelText.CheckDomain(domain));
            }

            return domains.Length == 0 ? null : domains;
        }

        string? Path()
        {
            var path = parsed.GetValue(_path);
            Note(path is null ? null : TunnelText.CheckPath(path));
            return path;
        }

        void Note(Failure? failure)
        {
            if (failure is not null)
            {
                failures.Add(failure);
            }
        }
    }

    private HealthCheck? ReadHealth(ParseResult parsed, Action<Failure?> note)
    {
        var check = new HealthCheck();
        Take(_check, HealthText.ReadPath);
        Take(_interval, HealthText.ReadInterval);
        Take(_timeout, HealthText.ReadTimeout);
        Take(_threshold, HealthText.ReadThreshold);
        return parsed.GetResult(_check) is not null ? check : null;

        void Take(Option<string?> option, HealthReading read)
        {
            if (parsed.GetValue(option) is not { } text)
            {
                return;
            }

            if (option != _check && parsed.GetResult(_check) is null)
            {
                note(Failure.Of(UsageErrors.InvalidArgument, $"{option.Name} is of no use without {_check.Name}."));
            }
            else if (read(text, check, out var changed) is { } wanted)
            {
                note(Failure.Of(UsageErrors.InvalidArgument, $"{option.Name} is \"{text}\"; it {wanted}."));
            }
            else
            {
                check = changed;
            }
        }
    }
}
