using System.CommandLine;
using Mport.Cli.Configuration;
using Mport.Cli.Login;
using Mport.Cli.Output;
using Mport.Cli.Probing;
using Mport.Client;
using Mport.Protocol.Errors;
using Mport.Protocol.Identity;
using Mport.Protocol.Rest;
using YamlDotNet.Core;

namespace Mport.Cli.Commands;

/// <summary>
/// <c>mport login</c>: gets a token, which somebody approves in a browser, or takes the one that is given; tries it, and stores it when it works.
/// </summary>
internal sealed class LoginCommand(Surroundings around, CommonOptions common, RunPreparation preparation)
{
    public Command Create()
    {
        var host = new Argument<string>("HOST") { Description = "The edge: HOST or HOST:PORT" };
        var command = new Command("login", "Log this machine in: approve it in a browser, or give a token (--token - reads it from standard input)") { host };
        CommonOptions.Add(command, [common.Token, common.Pin, common.Insecure, common.Config, common.Json]);
        command.SetAction(async (parsed, cancel) =>
        {
            var stored = await LoginAsync(parsed, parsed.GetValue(host) ?? "", cancel);
            if (!stored.Ok)
            {
                return FailureReport.Print(around, parsed.GetValue(common.Json), stored.Failures);
            }

            new LineSink(around.Error).Write(DisplayText.Escape(stored.Value));
            return ExitCodes.Success;
        });
        return command;
    }

    private async Task<Checked<string>> LoginAsync(ParseResult parsed, string host, CancellationToken cancel)
    {
        var path = ConfigPath.Choose(parsed.GetValue(common.Config), around).Path;
        var text = ConfigStore.ReadText(path);
        if (!text.Ok)
        {
            return text.Failures.ToList();
        }

        // A file with problems is still read as far as need be: logging in again is how a broken token or pin is mended.
        var before = ConfigReader.Read(path, text.Value).Value ?? new ConfigFile { Path = path };
        var settings = Settings(parsed, host, before);
        if (!settings.Ok || settings.Value is not { Server: { } edge })
        {
            return settings.Failures.ToList();
        }

        var id = preparation.ClientId();
        if (!id.Ok)
        {
            return id.Failures.ToList();
        }

        var approved = settings.Value.Token is { } given ? given : await AskAsync(parsed, edge, settings.Value, cancel);
        if (!approved.Ok)
        {
            return approved.Failures.ToList();
        }

        var token = approved.Value;
        var probe = new EdgeProbe(edge, settings.Value with { Token = token }, around.Time);
        var failures = (await probe.RunAsync(id.Value, cancel)).Select(step => step.Failure).OfType<Failure>().ToList();
        if (failures.Count > 0 || probe.Welcome is not { } welcome)
        {
            return failures;
        }

        return Store(path, text.Value, edge, token, settings.Value.Pin) is { Count: > 0 } notStored
            ? notStored
            : $"logged in to {edge} as {welcome.Account}; stored in {path}"
                + (settings.Value.Insecure ? $". The certificate was not checked; if it is the right one, log in again with --pin {probe.Shown}" : "");
    }

    private Checked<EdgeSettings> Settings(ParseResult parsed, string host, ConfigFile before)
    {
        if (!EdgeAddress.TryParse(host, out var edge))
        {
            return Failure.Of(UsageErrors.InvalidArgument, $"\"{host}\" is neither a host nor host:port.");
        }

        // The pin of the file belongs to the edge of the file; the token of the file is what is being replaced.
        var known = before with { Token = null, Pin = before.Server == edge ? before.Pin : null, Insecure = false };
        var flags = common.EdgeFlags(parsed) with { Server = host };
        var typesToken = flags.Token == "-";
        var given = EdgeSettings.Resolve(typesToken ? flags with { Token = null } : flags, around.VariableOrNull, known);
        if (!typesToken || !given.Ok)
        {
            return given;
        }

        return around.ReadSecret("Token: ") is not { } typed ? Failure.Of(AccountErrors.NotLoggedIn, "No token was given.")
            : !AccessToken.TryGetKeyId(typed, out _) ? Failure.Of(AccountErrors.TokenMalformed)
            : given.Value with { Token = typed };
    }

    private async Task<Checked<Secret>> AskAsync(ParseResult parsed, EdgeAddress edge, EdgeSettings settings, CancellationToken cancel)
    {
        using var http = new EdgeHttp(edge, settings, around.Time);
        var answer = await new DeviceApproval(http, around.MachineName, around.Time).RunAsync(codes => Show(parsed, codes), cancel);
        return answer.Ok ? answer.Value.Token : answer.Failures.ToList();
    }

    private void Show(ParseResult parsed, DeviceLoginCodes codes)
    {
        var people = new LineSink(around.Error);
        people.Write("To log this machine in, open this address in a browser on any device:");
        people.Write($"  {DisplayText.Escape(codes.VerificationUriComplete)}");
        people.Write($"Approve only if the page shows this code:  {DisplayText.Escape(codes.UserCode)}");
        people.Write($"Waiting for up to {codes.ExpiresIn / 60} min. (By token instead: mport login HOST --token TOKEN)");
        if (parsed.GetValue(common.Json))
        {
            new LineSink(around.Out).Write(JsonLines.LoginCode(codes, around.Time.GetUtcNow()));
        }
    }

    private static List<Failure> Store(string path, string text, EdgeAddress edge, Secret token, CertificatePin? pin)
    {
        try
        {
            text = ConfigEditor.Set(text, "server", edge.ToString());
            text = ConfigEditor.Set(text, "token", token.Reveal());
            text = ConfigEditor.Set(text, "pin", pin?.ToString());
            text = pin is null ? text : ConfigEditor.Set(text, "insecure", null);
        }
        catch (YamlException notYaml)
        {
            return [.. ConfigReader.Read(path, text).Failures, new Failure(UsageErrors.InvalidConfiguration.Code, $"Nothing was stored: {path} is not YAML ({notYaml.Message}).")];
        }

        var after = ConfigReader.Read(path, text);
        return after.Failures is { Count: > 0 } problems
            ? [.. problems, new Failure(UsageErrors.InvalidConfiguration.Code, $"Nothing was stored. Correct {path} first; the login itself worked.")]
            : ConfigStore.Write(path, text) is { } unwritten ? [unwritten] : [];
    }
}
