using Mport.Protocol.Errors;
using Mport.Server.Accounts;
using Mport.Server.Accounts.Removal;
using Mport.Server.Accounts.Reservations;
using Mport.Server.Api;
using Mport.Server.Data;
using Mport.Server.Domains;
using Mport.Server.Events;
using Mport.Server.Hosting.Handover;
using Mport.Server.Quotas;
using Mport.Server.Traffic;

namespace Mport.Server.Hosting;

/// <summary>What an edge stands on once its data folder is open and before it listens.</summary>
internal sealed class OpenedEdge : IDisposable
{
    private readonly EdgeDatabase _database;

    private OpenedEdge(
        EdgeSettings settings, EdgeLock held, EdgeDatabase database, EdgeCertificate certificate, ListCursors cursors, ILoggerFactory loggers, TimeProvider time)
    {
        Cursors = cursors;
        Lock = held;
        _database = database;
        Settings = settings;
        Certificate = certificate;
        Users = new UserStore(database.Contexts, time);
        Tokens = new TokenStore(database.Contexts, time, loggers.CreateLogger<TokenStore>());
        Tunnels = new TunnelStore(database.Contexts, time);
        OwnTokens = new OwnTokenStore(database.Contexts, Tokens, time);
        OwnTunnels = new OwnTunnelStore(database.Contexts, time);
        Idempotency = new IdempotencyStore(database.Contexts, time);
        AllUsers = new UserAdminStore(database.Contexts, time);
        Reservations = new ReservationStore(database.Contexts, time);
        Removal = new AccountRemovalStore(database.Contexts, time);
        Events = new EventStore(database.Contexts);
        Domains = new DomainStore(database.Contexts, time);
        Usage = new UsageStore(database.Contexts, time);
        Quotas = new QuotaStore(database.Contexts, time);
        Accounts = new AccountStores(database.Contexts, loggers, time);
    }

    /// <summary>What the edge was told.</summary>
    public EdgeSettings Settings { get; }

    /// <summary>The data folder's lock.</summary>
    public EdgeLock Lock { get; }

    /// <summary>What another edge has handed over; null where this one took nothing over.</summary>
    public Inheritance? Inherited { get; private init; }

    /// <summary>The certificate of the TLS port.</summary>
    public EdgeCertificate Certificate { get; }

    /// <summary>Makes and opens the cursors of the API's lists.</summary>
    public ListCursors Cursors { get; }

    /// <summary>The accounts.</summary>
    public UserStore Users { get; }

    /// <summary>The access tokens.</summary>
    public TokenStore Tokens { get; }

    /// <summary>The access tokens of one account.</summary>
    public OwnTokenStore OwnTokens { get; }

    /// <summary>The tunnels of one account.</summary>
    public OwnTunnelStore OwnTunnels { get; }

    /// <summary>The API's requests that can be sent again.</summary>
    public IdempotencyStore Idempotency { get; }

    /// <summary>All accounts, for administrators.</summary>
    public UserAdminStore AllUsers { get; }

    /// <summary>How people get in.</summary>
    public AccountStores Accounts { get; }

    /// <summary>What seals the secrets of second factors.</summary>
    public required AccountKey AccountKey { get; init; }

    /// <summary>The tunnels' names and addresses.</summary>
    public TunnelStore Tunnels { get; }

    /// <summary>The names and ports that accounts keep.</summary>
    public ReservationStore Reservations { get; }

    /// <summary>The custom domains.</summary>
    public DomainStore Domains { get; }

    /// <summary>Deletes accounts.</summary>
    public AccountRemovalStore Removal { get; }

    /// <summary>The event log.</summary>
    public EventStore Events { get; }

    /// <summary>What traffic there was.</summary>
    public UsageStore Usage { get; }

    /// <summary>What accounts, teams, tokens and tunnels may have.</summary>
    public QuotaStore Quotas { get; }

    /// <summary>
    /// Opens the data folder, and makes on the first start what is missing. Each step can be killed and done again: the first start is over when
    /// there is an account, and its token is made only when it is shown (<see cref="StartNotice"/>).
    /// </summary>
    /// <param name="settings">What the edge was told.</param>
    /// <param name="taker">The way to the edge whose place this one takes, which keeps the folder's lock until all the rest is done; else null.</param>
    /// <param name="loggers">The logs.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellationToken">The stop signal.</param>
    /// <exception cref="EdgeStartException">The edge cannot start; the failure says why.</exception>
    public static async Task<OpenedEdge> OpenAsync(
        EdgeSettings settings, HandoverTaker? taker, ILoggerFactory loggers, TimeProvider time, CancellationToken cancellationToken)
    {
        PrepareFolder(settings.DataFolder);
        EdgeLock? held = null;
        EdgeDatabase? database = null;
        EdgeCertificate? certificate = null;
        Inheritance? inherited = null;
        try
        {
            held = taker is null ? EdgeLock.Take(settings.DataFolder) : null;
            database = await EdgeDatabase.OpenAsync(settings.Database, time, cancellationToken);
            certificate = await EdgeCertificate.LoadOrCreateAsync(settings, time, cancellationToken);
            var cursors = await ListCursors.OpenAsync(settings.DataFolder, cancellationToken);
            inherited = taker is null ? null : await taker.TakeAsync(cancellationToken);
            held ??= inherited?.Lock ?? throw new InvalidOperationException("There is no lock.");
            var edge = new OpenedEdge(settings, held, database, certificate, cursors, loggers, time) { Inherited = inherited, AccountKey = AccountKey.LoadOrCreate(settings.DataFolder) };
            await edge.RequireAccountAsync(cancellationToken);
            return edge;
        }
        catch
        {
            inherited?.Dispose();
            certificate?.Dispose();
            database?.Dispose();
            held?.Dispose();
            throw;
        }
    }

    /// <summary>Makes the data folder where it does not exist.</summary>
    /// <exception cref="EdgeStartException">It cannot be made.</exception>
    public static void PrepareFolder(string path)
    {
        try
        {
            EdgeFiles.CreateFolder(path);
        }
        catch (Exception denied) when (denied is IOException or UnauthorizedAccessException)
        {
            throw new EdgeStartException(Failure.Of(EdgeErrors.DataFolderUnusable, $"The data folder {path} cannot be made: {denied.Message}"), denied);
        }
    }

    /// <summary>Closes the database and lets another edge use the folder.</summary>
    public void Dispose()
    {
        Certificate.Dispose();
        _database.Dispose();
        Inherited?.Dispose();
        Lock.Dispose();
    }

    private async Task RequireAccountAsync(CancellationToken cancellationToken)
    {
        var count = await Users.CountAsync(cancellationToken);
        if (count.All == 0)
        {
            await Users.AddAsync(new NewUser { Email = OwnerAddress(), IsAdmin = true, IsOwner = true }, cancellationToken);
        }
        else if (count.Enabled == 0)
        {
            throw new EdgeStartException(Failure.Of(EdgeErrors.NoAccounts, $"None of the {count.All} accounts is enabled."));
        }
    }

    private EmailAddress OwnerAddress() => Settings.Owner
        ?? (EmailAddress.TryParse("owner@" + Settings.Domain, out var owner)
            ? owner
            : throw new EdgeStartException(Failure.Of(UsageErrors.InvalidConfiguration, $"owner@{Settings.Domain} is too long for an e-mail address; give --owner.")));
}
