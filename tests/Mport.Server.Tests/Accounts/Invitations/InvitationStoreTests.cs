using Mport.Server.Accounts;
using Mport.Server.Accounts.Invitations;
using Mport.Server.Tests.Kit;
using Mport.Testing;

namespace Mport.Server.Tests.Accounts.Invitations;

public abstract class InvitationStoreTests(StoreProvider provider) : IAsyncLifetime
{
    private TestStores _stores = null!;

    private InvitationStore Invitations => _stores.Accounts.Invitations;

    public async ValueTask InitializeAsync() => _stores = await TestStores.CreateAsync(provider);

    // Null where the test is skipped before there is a database.
    public ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return _stores?.DisposeAsync() ?? ValueTask.CompletedTask;
    }

    [Fact]
    public async Task AcceptedInvitation_MakesAnAccountOfItsRole_Once()
    {
        var issued = await InviteAsync("ann@example.com", UserRole.Auditor);

        var id = await AcceptAsync(issued);

        Assert.NotNull(id);
        var user = Assert.Single(await _stores.Users.ListAsync(TestContext.Current.CancellationToken).Limited("the accounts"));
        Assert.Equal((id, "ann@example.com", true), (user.Id, user.Email, user.IsAuditor));
        Assert.Null(await AcceptAsync(issued));
        Assert.Null(await Invitations.FindAsync(issued.Secret, TestContext.Current.CancellationToken).Limited("the invitation"));
        Assert.True(EmailAddress.TryParse("ann@example.com", out var email));
        Assert.Null(await Invitations.CreateAsync(email, UserRole.Member, TimeSpan.FromDays(1), by: null, TestContext.Current.CancellationToken).Limited("no invitation"));
    }

    [Fact]
    public async Task AcceptedByManyAtOnce_MakesOneAccount() // SEC-115
    {
        // Two invitations of one address, too.
        IssuedInvitation[] issued = [await InviteAsync("ann@example.com"), await InviteAsync("ann@example.com")];

        var made = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => AcceptAsync(issued[i % 2]))).Limited("twenty that accept");

        Assert.Single(made, id => id is not null);
        Assert.Single(await _stores.Users.ListAsync(TestContext.Current.CancellationToken).Limited("the accounts"));
    }

    [Fact]
    public async Task RevokedWhileItIsAccepted_IsOneOrTheOther()
    {
        for (var round = 0; round < 10; round++)
        {
            var issued = await InviteAsync($"ann{round}@example.com");

            var revoked = Invitations.RevokeAsync(issued.Id, TestContext.Current.CancellationToken).Limited("the revocation");
            var accepted = AcceptAsync(issued);

            Assert.NotEqual(await revoked, await accepted is not null);
        }
    }

    [Fact]
    public async Task InvitationThatIsOver_MakesNoAccount()
    {
        var revoked = await InviteAsync("ann@example.com");
        Assert.True(await Invitations.RevokeAsync(revoked.Id, TestContext.Current.CancellationToken).Limited("the revocation"));
        var old = await InviteAsync("bob@example.com");
        _stores.Time.Advance(InvitationStore.DefaultLifetime);

        Assert.Null(await AcceptAsync(revoked));
        Assert.Null(await AcceptAsync(old));
        Assert.False(await Invitations.RevokeAsync(revoked.Id, TestContext.Current.CancellationToken).Limited("a second revocation"));
        Assert.Equal(new UserCount(0, 0), await _stores.Users.CountAsync(TestContext.Current.CancellationToken).Limited("the count"));
    }

    [Fact]
    public async Task Pages_FollowEachOther_AndTheSearchLooksAtAddresses()
    {
        var ids = new List<InvitationId>();
        foreach (var i in Enumerable.Range(0, 5))
        {
            ids.Add((await InviteAsync($"user{i}@example.com")).Id);
            _stores.Time.Advance(TimeSpan.FromSeconds(1));
        }

        var first = await Invitations.ListAsync(Lists.Query(1), TestContext.Current.CancellationToken).Limited("the first page");
        var rest = await Invitations.ListAsync(
            Lists.Query() with { After = new("", first[1].Id.Value) }, TestContext.Current.CancellationToken).Limited("the second page");
        var before = await Invitations.ListAsync(
            Lists.Query() with { Descending = true, After = new("", ids[2].Value) }, TestContext.Current.CancellationToken).Limited("the way back");
        var found = await Invitations.ListAsync(Lists.Query() with { Search = "user3@" }, TestContext.Current.CancellationToken).Limited("the search");

        Assert.Equal(ids, [.. first.Select(i => i.Id), .. rest.Select(i => i.Id)]);
        Assert.Equal([ids[1], ids[0]], before.Select(i => i.Id));
        Assert.Equal(ids[3], Assert.Single(found).Id);
        Assert.Equal(ids.AsEnumerable().Reverse(), (await Invitations.ListAsync(TestContext.Current.CancellationToken).Limited("all")).Select(i => i.Id));
    }

    private async Task<IssuedInvitation> InviteAsync(string address, UserRole role = UserRole.Member)
    {
        Assert.True(EmailAddress.TryParse(address, out var email));
        var issued = await Invitations.CreateAsync(email, role, InvitationStore.DefaultLifetime, by: null, TestContext.Current.CancellationToken).Limited("an invitation");
        Assert.NotNull(issued);
        return issued;
    }

    private Task<UserId?> AcceptAsync(IssuedInvitation issued) =>
        Invitations.AcceptAsync(issued.Secret, "hash", TestContext.Current.CancellationToken).Limited("an invitation to be accepted");
}

public sealed class SqliteInvitationStoreTests() : InvitationStoreTests(StoreProvider.Sqlite);

public sealed class PostgresInvitationStoreTests() : InvitationStoreTests(StoreProvider.Postgres);
