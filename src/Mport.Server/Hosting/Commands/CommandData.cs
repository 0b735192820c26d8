using Microsoft.Extensions.Logging.Abstractions;
using Mport.Server.Accounts;
using Mport.Server.Accounts.Removal;
using Mport.Server.Accounts.Reservations;
using Mport.Server.Data;
using Mport.Server.Events;
using Mport.Server.Quotas;

namespace Mport.Server.Hosting.Commands;

/// <summary>The accounts and tokens, opened for one command; an edge may run beside it.</summary>
internal sealed class CommandData : IDisposable
{
    private readonly EdgeDatabase _database;
    private readonly TimeProvider _time;

    private CommandData(EdgeDatabase database, TimeProvider time)
    {
        _database = database;
        Users = new UserStore(database.Contexts, time);
        Tokens = new TokenStore(database.Contexts, time, NullLogger<TokenStore>.Instance);
        Reservations = new ReservationStore(database.Contexts, time);
        Removal = new AccountRemovalStore(database.Contexts, time);
        Quotas = new QuotaStore(database.Contexts, time);
        Events = new EventStore(database.Contexts);
        _time = time;
        Accounts = new AccountStores(database.Contexts, NullLoggerFactory.Instance, time);
    }

    /// <summary>The accounts.</summary>
    public UserStore Users { get; }

    /// <summary>The access tokens.</summary>
    public TokenStore Tokens { get; }

    /// <summary>The names and ports that accounts keep.</summary>
    public ReservationStore Reservations { get; }

    /// <summary>Deletes accounts.</summary>
    public AccountRemovalStore Removal { get; }

    /// <summary>What accounts, teams, tokens and tunnels may have.</summary>
    public QuotaStore Quotas { get; }

    /// <summary>The event log.</summary>
    public EventStore Events { get; }

    /// <summary>Who does what a command does, as the event log has it.</summary>
    public static EventActor Actor => EventActor.OfCommand(Environment.UserName);

    /// <summary>Writes to the event log what the command has done.</summary>
    public Task RecordAsync(EdgeEvent happened, CancellationToken cancellationToken) => RecordAsync([happened], cancellationToken);

    /// <summary>Writes to the event log what the command has done.</summary>
    public Task RecordAsync(IEnumerable<EdgeEvent> happened, CancellationToken cancellationToken) =>
        Events.AppendAsync([.. happened.Select(one => WaitingEvent.Of(one, _time))], cancellationToken);

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
