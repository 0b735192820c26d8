using System.CommandLine;
using Mport.Cli.Configuration;
using Mport.Cli.Output;
using Mport.Cli.Running;
using Mport.Client;
using Mport.Protocol.Errors;

namespace Mport.Cli.Commands;

/// <summary>What the commands of tunnels, <c>start</c> and the bare form have in common: from options and configuration to a run.</summary>
internal sealed class RunPreparation(Surroundings around, CommonOptions common)
{
    /// <summary>Runs the tunnels that <paramref name="choose"/> makes of the configuration file.</summary>
    /// <returns>The exit code.</returns>
    public async Task<int> RunAsync(ParseResult parsed, Func<ConfigFile, Checked<IReadOnlyList<TunnelSpec>>> choose)
    {
        var json = parsed.GetValue(common.Json);
        var plan = Prepare(parsed, choose);
        return plan.Ok ? await new TunnelRun(plan.Value, around).RunAsync() : FailureReport.Print(around, json, plan.Failures);
    }

    private Checked<RunPlan> Prepare(ParseResult parsed, Func<ConfigFile, Checked<IReadOnlyList<TunnelSpec>>> choose)
    {
        var file = ConfigStore.Load(parsed.GetValue(common.Config), around);
        if (!file.Ok)
        {
            return file.Failures.ToList();
        }

        var edge = EdgeSettings.Resolve(common.EdgeFlags(parsed), around.VariableOrNull, file.Value);
        var tunnels = choose(file.Value);
        var failures = edge.Failures.Concat(tunnels.Failures).ToList();
        TimeSpan? wait = null;
        if (parsed.GetValue(common.Wait) is { } text)
        {
            wait = DurationText.TryRead(text, out var limit) ? limit : null;
            if (wait is null)
            {
                failures.Add(Failure.Of(UsageErrors.InvalidArgument, $"--wait is \"{text}\", which is not a time like 30s, 500ms or 2m, of at most a day."));
            }
        }

        var carriers = CarrierSettings.Resolve(parsed.GetValue(common.Carriers), parsed.GetValue(common.NoResume), around.VariableOrNull, file.Value);
        failures.AddRange(carriers.Failures);
        if (edge is { Ok: true, Value.Server: null })
        {
            failures.Add(Failure.Of(UsageErrors.ServerUnknown));
        }
        else if (edge is { Ok: true, Value.Token: null })
        {
            failures.Add(Failure.Of(AccountErrors.NotLoggedIn));
        }

        if (failures.Count > 0 || !carriers.Ok || edge.Value is not { Server: { } server, Token: { } token } || tunnels.Value is null)
        {
            return failures;
        }

        var id = ClientId();
        return !id.Ok ? id.Failures.ToList() : new RunPlan
        {
            Options = new ClientOptions
            {
                Edge = server,
                Token = token,
                Pin = edge.Value.Pin,
                Insecure = edge.Value.Insecure,
                ClientId = id.Value,
                Tunnels = tunnels.Value,
                FailFast = parsed.GetValue(common.FailFast),
                Carriers = carriers.Value.Count,
                Resume = carriers.Value.Resume,
            },
            Json = parsed.GetValue(common.Json),
            Verbosity = common.Verbosity(parsed),
            RequireTarget = parsed.GetValue(common.RequireTarget),
            Wait = wait,
            Warnings = Warnings(edge.Value, file.Value),
        };
    }

    /// <summary>The installation's id, made at the first run.</summary>
    public Checked<string> ClientId()
    {
        var path = Path.Combine(around.StateFolder, "client-id");
        try
        {
            ConfigStore.MakePrivateFolder(around.StateFolder);
            return ClientIdFile.ReadOrCreate(path);
        }
        catch (Exception unusable) when (unusable is IOException or UnauthorizedAccessException)
        {
            return new Failure(UsageErrors.ConfigurationUnreadable.Code, $"{path} cannot be used: {unusable.Message} Make the folder writable, or set XDG_STATE_HOME to one that is.");
        }
    }

    private static List<string> Warnings(EdgeSettings edge, ConfigFile file)
    {
        var warnings = new List<string>();
        if (edge.Insecure)
        {
            warnings.Add("--insecure: the edge's certificate is not checked; whoever is between you and it can read and change everything");
        }

        if (file.TokenExposed)
        {
            warnings.Add($"{file.Path} holds a token and others may read it; run `chmod 600` on it");
        }

        return warnings;
    }
}
