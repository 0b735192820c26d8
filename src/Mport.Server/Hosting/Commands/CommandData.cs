using Microsoft.Extensions.Logging.Abstractions;
using Mport.Server.Accounts;
using Mport.Server.Data;

namespace Mport.Server.Hosting.Commands;

/// <summary>The accounts and tokens, opened for one command; an edge may run beside it.</summary>
internal sealed class CommandData : IDisposable
{
    private readonly EdgeDatabase _database;

    private CommandData(EdgeDatabase database, TimeProvider time)
    {
        _database = database;
        Users = new UserStore(database.Contexts, time);
        Tokens = new TokenStore(database.Contexts, time, NullLogger<TokenStore>.Instance);
        Accounts = new AccountStores(database.Contexts, NullLoggerFactory.Instance, time);
    }

    /// <summary>The accounts.</summary>
    public UserStore Users { get; }

    /// <summary>The access tokens.</summary>
    public TokenStore Tokens { get; }

    /// <summary>How people get in.</summary>
    public AccountStores Accounts { get; }

    /// <summary>Opens a database that is there already: a mistyped folder must not be answered with an empty list.</summary>
    /// <exception cref="EdgeStartException">There is none, or it cannot be used.</exception>
    public static async Task<CommandData> OpenAsync(CommandCall call, CancellationToken cancellationToken)
    {
        var time = call.Environment.Time;
        return new CommandData(await EdgeDatabase.OpenExistingAsync(call.Settings.Database, time, cancellationToken), time);
    }

    /// <summary>Opens the database, and makes it where there is none.</summary>
    /// <exception cref="EdgeStartException">It cannot be used.</exception>
    public static async Task<CommandData> OpenOrCreateAsync(CommandCall call, CancellationToken cancellationToken)
    {
        OpenedEdge.PrepareFolder(call.Settings.DataFolder);
        var time = call.Environment.Time;
        return new CommandData(await EdgeDatabase.OpenAsync(call.Settings.Database, time, cancellationToken), time);
    }

    /// <summary>Closes the database.</summary>
    public void Dispose() => _database.Dispose();
}
