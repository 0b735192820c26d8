using System.CommandLine;
using System.ComponentModel;
using System.Diagnostics;
using Mport.Cli.Configuration;
using Mport.Cli.Output;
using Mport.Protocol.Errors;
using Mport.Protocol.Identity;
using YamlDotNet.Core;

namespace Mport.Cli.Commands;

/// <summary><c>mport config</c>: checks, opens and changes the configuration file.</summary>
internal sealed class ConfigCommand(Surroundings around, CommonOptions common)
{
    private const string Template = """
        # The configuration of mport. `mport config check` reads it again, `mport login HOST` sets server, token and pin.
        #
        # tunnels:
        #   web:
        #     proto: http
        #     target: 3000
        #     subdomain: shop
        #   phone:
        #     proto: tcp
        #     target: 127.0.0.1:5555
        #     remote_port: 20005

        """;

    public Command Create()
    {
        var token = new Argument<string>("TOKEN") { Description = "The access token" };
        var addToken = With(new Command("add-authtoken", "Store a token without trying it") { token });
        addToken.SetAction((parsed, _) => Task.FromResult(AddToken(parsed, parsed.GetValue(token) ?? "")));
        var check = With(new Command("check", "Tell all that is wrong with the file"));
        check.SetAction((parsed, _) => Task.FromResult(Check(parsed)));
        var edit = With(new Command("edit", "Open the file in $VISUAL or $EDITOR, then check it"));
        edit.SetAction(EditAsync);
        var path = With(new Command("path", "Print where the file is"));
        path.SetAction((parsed, _) =>
        {
            new LineSink(around.Out).Write(PathOf(parsed));
            return Task.FromResult(ExitCodes.Success);
        });
        return new Command("config", "Check, edit or find the configuration file") { check, edit, path, addToken };
    }

    private Command With(Command command)
    {
        CommonOptions.Add(command, [common.Config, common.Json]);
        return command;
    }

    private string PathOf(ParseResult parsed) => ConfigPath.Choose(parsed.GetValue(common.Config), around).Path;

    private int Check(ParseResult parsed)
    {
        var path = PathOf(parsed);
        var file = ConfigStore.Load(path, around);
        if (!file.Ok)
        {
            return FailureReport.Print(around, parsed.GetValue(common.Json), file.Failures);
        }

        var sink = new LineSink(around.Out);
        var tunnels = file.Value.Sections.Count == 0 ? "no tunnels" : "tunnels " + string.Join(", ", file.Value.Sections.Select(section => section.Name));
        sink.Write(DisplayText.Escape($"{path}: ok, {(file.Value.Server is { } server ? $"server {server}" : "no server")}, {(file.Value.Token is null ? "no token" : "a token")}, {tunnels}"));
        if (file.Value.TokenExposed)
        {
            new LineSink(around.Error).Write($"warning: {path} holds a token and others may read it; run `chmod 600` on it");
        }

        return ExitCodes.Success;
    }

    private int AddToken(ParseResult parsed, string text)
    {
        var token = new Secret(text);
        var path = PathOf(parsed);
        var failures = !AccessToken.TryGetKeyId(token, out _) ? [Failure.Of(AccountErrors.TokenMalformed)] : Change(path, old => ConfigEditor.Set(old, "token", token.Reveal()));
        if (failures.Count > 0)
        {
            return FailureReport.Print(around, parsed.GetValue(common.Json), failures);
        }

        new LineSink(around.Error).Write($"stored in {path}");
        return ExitCodes.Success;
    }

    private static IReadOnlyList<Failure> Change(string path, Func<string, string> change)
    {
        var text = ConfigStore.ReadText(path);
        if (!text.Ok)
        {
            return text.Failures;
        }

        try
        {
            var changed = change(text.Value);
            var after = ConfigReader.Read(path, changed);
            return !after.Ok ? after.Failures : ConfigStore.Write(path, changed) is { } unwritten ? [unwritten] : [];
        }
        catch (YamlException)
        {
            return ConfigReader.Read(path, text.Value).Failures;
        }
    }

    private async Task<int> EditAsync(ParseResult parsed, CancellationToken cancel)
    {
        var path = PathOf(parsed);
        var json = parsed.GetValue(common.Json);
        if (!File.Exists(path) && ConfigStore.Write(path, Template) is { } unwritten)
        {
            return FailureReport.Print(around, json, unwritten);
        }

        // An editor may come with arguments of its own: "code --wait".
        var words = (around.VariableOrNull("VISUAL") ?? around.VariableOrNull("EDITOR") ?? (OperatingSystem.IsWindows() ? "notepad" : "vi"))
            .Split(' ', StringSplitOptions.RemoveEmptyEntries);
        try
        {
            using var editor = Process.Start(new ProcessStartInfo(words[0], [.. words[1..], path]) { UseShellExecute = false });
            await (editor?.WaitForExitAsync(cancel) ?? Task.CompletedTask);
        }
        catch (Win32Exception missing)
        {
            return FailureReport.Print(around, json, Failure.Of(UsageErrors.InvalidArgument, $"The editor {words[0]} cannot be started: {missing.Message}. Set EDITOR to one that is there."));
        }

        return Check(parsed);
    }
}
