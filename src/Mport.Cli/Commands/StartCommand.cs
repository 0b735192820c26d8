using System.CommandLine;
using Mport.Cli.Configuration;
using Mport.Client;
using Mport.Protocol.Errors;

namespace Mport.Cli.Commands;

/// <summary><c>mport start</c>: the tunnels of the configuration file.</summary>
internal static class StartCommand
{
    public static Command Create(Surroundings around, CommonOptions common, RunPreparation preparation)
    {
        var names = new Argument<string[]>("NAME") { Description = "Tunnels of the configuration file", Arity = ArgumentArity.ZeroOrMore };
        names.CompletionSources.Add(context => ConfigStore.Load(context.ParseResult.GetValue(common.Config), around).Value?.Sections
            .Select(section => new System.CommandLine.Completions.CompletionItem(section.Name)) ?? []);
        var all = new Option<bool>("--all") { Description = "All of them" };
        var command = common.AddRun(new Command("start", "Open tunnels of the configuration file") { names, all });
        command.SetAction((parsed, _) => preparation.RunAsync(
            parsed, file => Choose(file, parsed.GetValue(names) ?? [], parsed.GetValue(all), parsed.GetValue(common.Takeover))));
        return command;
    }

    private static Checked<IReadOnlyList<TunnelSpec>> Choose(ConfigFile file, string[] names, bool all, bool takeover)
    {
        if (all == names.Length > 0)
        {
            return Failure.Of(UsageErrors.InvalidArgument, all ? "--all and names contradict each other." : "Neither a name nor --all was given.");
        }

        // A range is started whole by its own name; one of its tunnels by that tunnel's.
        var known = file.Tunnels.ToDictionary(tunnel => tunnel.Name, tunnel => (IReadOnlyList<TunnelSpec>)[tunnel]);
        foreach (var section in file.Sections)
        {
            known[section.Name] = section.Tunnels;
        }

        var unknown = names.Where(name => !known.ContainsKey(name)).Select(name => NotThere(file, name, known.Keys)).ToList();
        if (unknown.Count > 0)
        {
            return unknown;
        }

        return file.Sections.Count == 0
            ? Failure.Of(UsageErrors.NoSuchTunnelConfigured, $"{file.Path} has no tunnels.")
            : new Checked<IReadOnlyList<TunnelSpec>>(
                [.. (all ? file.Tunnels : names.SelectMany(name => known[name])).DistinctBy(tunnel => tunnel.Name).Select(tunnel => tunnel with { Takeover = tunnel.Takeover || takeover })]);
    }

    private static Failure NotThere(ConfigFile file, string name, IEnumerable<string> known) => Failure.Of(
        UsageErrors.NoSuchTunnelConfigured,
        $"{file.Path} has no tunnel \"{name}\"{(NearestName.Of(name, known) is { } nearest ? $"; did you mean \"{nearest}\"?" : ".")}");
}
