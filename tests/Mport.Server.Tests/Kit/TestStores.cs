using System.Text;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging.Abstractions;
using Mport.Server.Accounts;
using Mport.Server.Accounts.Removal;
using Mport.Server.Accounts.Reservations;
using Mport.Server.Api;
using Mport.Server.Data;
using Mport.Server.Domains;
using Mport.Server.Events;
using Mport.Server.Quotas;
using Mport.Server.Traffic;
using Mport.Testing;

namespace Mport.Server.Tests.Kit;

/// <summary>The stores on a database of the test's own, made by the real migrations, with a clock that the test moves.</summary>
internal sealed class TestStores : IAsyncDisposable, IDisposable
{
    private readonly TempFolder _folder;
    private readonly EdgeDatabase _database;
    private readonly PostgresUrl? _postgres;

    private TestStores(TempFolder folder, EdgeDatabase database, PostgresUrl? postgres)
    {
        _folder = folder;
        _database = database;
        _postgres = postgres;
        Time = new ManualTimeProvider();
        Users = new UserStore(database.Contexts, Time);
        Tokens = new TokenStore(database.Contexts, Time, NullLogger<TokenStore>.Instance);
        Tunnels = new TunnelStore(database.Contexts, Time);
        OwnTokens = new OwnTokenStore(database.Contexts, Tokens, Time);
        OwnTunnels = new OwnTunnelStore(database.Contexts, Time);
        UserAdmin = new UserAdminStore(database.Contexts, Time);
        Idempotency = new IdempotencyStore(database.Contexts, Time);
        Reservations = new ReservationStore(database.Contexts, Time);
        Domains = new DomainStore(database.Contexts, Time);
        Removal = new AccountRemovalStore(database.Contexts, Time);
        Events = new EventStore(database.Contexts);
        Usage = new UsageStore(database.Contexts, Time);
        Quotas = new QuotaStore(database.Contexts, Time);
        Accounts = new AccountStores(database.Contexts, NullLoggerFactory.Instance, Time);
    }

    public ManualTimeProvider Time { get; }

    public UserStore Users { get; }

    public TokenStore Tokens { get; }

    public TunnelStore Tunnels { get; }

    public ReservationStore Reservations { get; }

    public DomainStore Domains { get; }

    public AccountRemovalStore Removal { get; }

    public OwnTokenStore OwnTokens { get; }

    public OwnTunnelStore OwnTunnels { get; }

    public UserAdminStore UserAdmin { get; }

    public IdempotencyStore Idempotency { get; }

    public EventStore Events { get; }

    public UsageStore Usage { get; }

    public QuotaStore Quotas { get; }

    /// <summary>For tests that do to the database what no store does.</summary>
    public IDbContextFactory<EdgeDbContext> Contexts => _database.Contexts;

    public AccountStores Accounts { get; }

    /// <summary>The SQLite file.</summary>
    public string DatabasePath => DatabaseUrl.InFolder(_folder.Path).Path;

    public static async Task<TestStores> CreateAsync(StoreProvider provider = StoreProvider.Sqlite)
    {
        var folder = new TempFolder();
        Directory.CreateDirectory(folder.Path);
        var postgres = provider == StoreProvider.Postgres ? await (await PostgresFixture.GetAsync()).CreateMigratedAsync() : null;
        DatabaseUrl url = postgres is null ? DatabaseUrl.InFolder(folder.Path) : postgres;
        return new TestStores(folder, await EdgeDatabase.OpenAsync(url, TimeProvider.System, TestContext.Current.CancellationToken).Limited("the database"), postgres);
    }

    public async Task<UserRecord> AddUserAsync(string email)
    {
        Assert.True(EmailAddress.TryParse(email, out var address));
        var user = await Users.AddAsync(new NewUser { Email = address }, TestContext.Current.CancellationToken).Limited("a new account");
        Assert.NotNull(user);
        return user;
    }

    public async Task<IssuedToken> AddTokenAsync(UserId user, DateTimeOffset? expires = null)
    {
        Assert.True(TokenName.TryParse("laptop", out var name));
        return await Tokens.CreateAsync(new NewToken { UserId = user, Name = name, ExpiresAt = expires }, TestContext.Current.CancellationToken).Limited("a new token");
    }

    /// <summary>All that the database holds: the bytes of SQLite's files, or the rows of PostgreSQL's tables as text.</summary>
    public async Task<IReadOnlyList<string>> DumpAsync()
    {
        var dumps = new List<string>();
        if (_postgres is null)
        {
            foreach (var file in Directory.GetFiles(_folder.Path))
            {
                dumps.Add(Encoding.Latin1.GetString(await File.ReadAllBytesAsync(file)));
            }

            return dumps;
        }

        await using var context = await Contexts.CreateDbContextAsync(TestContext.Current.CancellationToken);
        foreach (var table in context.Model.GetEntityTypes().Select(entity => entity.GetTableName()))
        {
            var rows = $"SELECT t::text AS \"Value\" FROM {table} t";
            dumps.AddRange(await context.Database.SqlQueryRaw<string>(rows).ToListAsync(TestContext.Current.CancellationToken).Limited($"the rows of {table}"));
        }

        return dumps;
    }

    /// <summary>For a test that runs on SQLite alone.</summary>
    public void Dispose()
    {
        _database.Dispose();
        _folder.Dispose();
    }

    public async ValueTask DisposeAsync()
    {
        _database.Dispose();
        if (_postgres is not null)
        {
            await (await PostgresFixture.GetAsync()).DropAsync(_postgres);
        }

        _folder.Dispose();
    }
}
