using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging.Abstractions;
using Mport.Server.Accounts;
using Mport.Server.Accounts.Removal;
using Mport.Server.Accounts.Reservations;
using Mport.Server.Data;
using Mport.Server.Events;
using Mport.Server.Quotas;
using Mport.Server.Traffic;
using Mport.Testing;

namespace Mport.Server.Tests.Kit;

/// <summary>The stores on a database of the test's own, made by the real migrations, with a clock that the test moves.</summary>
internal sealed class TestStores : IDisposable
{
    private readonly TempFolder _folder;
    private readonly EdgeDatabase _database;

    private TestStores(TempFolder folder, EdgeDatabase database, ManualTimeProvider time)
    {
        _folder = folder;
        _database = database;
        Time = time;
        Users = new UserStore(database.Contexts, time);
        Tokens = new TokenStore(database.Contexts, time, NullLogger<TokenStore>.Instance);
        Tunnels = new TunnelStore(database.Contexts, time);
        Reservations = new ReservationStore(database.Contexts, time);
        Removal = new AccountRemovalStore(database.Contexts, time);
        Events = new EventStore(database.Contexts);
        Usage = new UsageStore(database.Contexts, time);
        Quotas = new QuotaStore(database.Contexts, time);
        Accounts = new AccountStores(database.Contexts, NullLoggerFactory.Instance, time);
    }

    public ManualTimeProvider Time { get; }

    public UserStore Users { get; }

    public TokenStore Tokens { get; }

    public TunnelStore Tunnels { get; }

    public ReservationStore Reservations { get; }

    public AccountRemovalStore Removal { get; }

    public EventStore Events { get; }

    public UsageStore Usage { get; }

    public QuotaStore Quotas { get; }

    /// <summary>For tests that do to the database what no store does.</summary>
    public IDbContextFactory<EdgeDbContext> Contexts => _database.Contexts;

    public AccountStores Accounts { get; }

    public string DatabasePath => DatabaseUrl.InFolder(_folder.Path).Path;

    public static async Task<TestStores> CreateAsync()
    {
        var folder = new TempFolder();
        Directory.CreateDirectory(folder.Path);
        var time = new ManualTimeProvider();
        var database = await EdgeDatabase.OpenAsync(DatabaseUrl.InFolder(folder.Path), TimeProvider.System, TestContext.Current.CancellationToken).Limited("the database");
        return new TestStores(folder, database, time);
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

    public void Dispose()
    {
        _database.Dispose();
        _folder.Dispose();
    }
}
