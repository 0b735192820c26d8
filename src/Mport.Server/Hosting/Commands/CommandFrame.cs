using System.CommandLine;
using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using Mport.Protocol.Errors;
using Mport.Server.Data;
using Mport.Server.Hosting.Settings;

namespace Mport.Server.Hosting.Commands;

/// <summary>What all commands share: the options of the settings, and how a failure ends a command.</summary>
internal sealed class CommandFrame(CommandEnvironment environment)
{
    private readonly Dictionary<EdgeOption, Option<string>> _options = EdgeOptions.All.ToDictionary(option => option, option => new Option<string>(option.Flag)
    {
        Description = $"{option.Doc} [{(option.Default is null ? "" : $"default: {option.Default}; ")}{option.Variable}]",
        HelpName = option.Placeholder,
        Recursive = option.IsShared,
    });

    /// <summary>The options that every command takes.</summary>
    public IEnumerable<Option> Shared => EdgeOptions.All.Where(option => option.IsShared).Select(option => _options[option]);

    /// <summary>The options of commands that need all settings.</summary>
    public IEnumerable<Option> Others => EdgeOptions.All.Where(option => !option.IsShared).Select(option => _options[option]);

    /// <summary>Lets a command be told how to send mail, beside the variables and the file.</summary>
    public void AddMailOptions(Command command)
    {
        foreach (var option in MailSettings.ForMail)
        {
            command.Options.Add(_options[option]);
        }
    }

    /// <summary>Says what a command does once the settings are read.</summary>
    public void Handle(Command command, Func<CommandCall, CancellationToken, Task<int>> action) =>
        command.SetAction((typed, cancellationToken) => RunAsync(typed, action, cancellationToken));

    /// <summary>Reads the settings for what was typed.</summary>
    public (EdgeSettings? Settings, IReadOnlyList<Failure> Failures) ReadSettings(ParseResult typed) =>
        EdgeSettingsReader.Read(option => typed.GetValue(_options[option]), environment.Variable, environment.CurrentFolder);

    private async Task<int> RunAsync(ParseResult typed, Func<CommandCall, CancellationToken, Task<int>> action, CancellationToken cancellationToken)
    {
        var (settings, failures) = ReadSettings(typed);
        if (settings is null)
        {
            return failures.Max(failure => CommandCall.Fail(environment, failure));
        }

        try
        {
            return await action(new CommandCall(typed, settings, environment), cancellationToken);
        }
        catch (EdgeStartException failed)
        {
            return CommandCall.Fail(environment, failed.Failure);
        }
        catch (Exception failed) when (failed is DbException or DbUpdateException)
        {
            // A full disk, or a file that somebody holds.
            return CommandCall.Fail(environment, Failure.Of(EdgeErrors.DatabaseUnusable, (failed.InnerException ?? failed).Message));
        }
    }
}
