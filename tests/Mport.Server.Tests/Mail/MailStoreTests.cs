using Mport.Server.Data;
using Mport.Server.Mail;
using Mport.Server.Tests.Kit;
using Mport.Testing;

namespace Mport.Server.Tests.Mail;

public abstract class MailStoreTests(StoreProvider provider) : IAsyncLifetime
{
    private TestStores _stores = null!;

    private MailStore Mails => _stores.Accounts.Mails;

    public async ValueTask InitializeAsync() => _stores = await TestStores.CreateAsync(provider);

    // Null where the test is skipped before there is a database.
    public ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return _stores?.DisposeAsync() ?? ValueTask.CompletedTask;
    }

    [Fact]
    public async Task Mail_IsTakenByOne_AndComesBackWhenItsTakerIsGone()
    {
        var mail = await AddAsync("ann@example.com");

        var taken = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => TakeAsync())).Limited("ten takers");

        var one = Assert.Single(taken.OfType<OutgoingMail>());
        Assert.Equal((mail.Id, mail.Kind, "ann@example.com", 1), (one.Id, one.Kind, one.Email, one.Attempts));
        Assert.Equal([1, 2, 3], one.Sealed ?? []);
        _stores.Time.Advance(MailStore.Lease);
        Assert.Equal(2, (await TakeAsync())?.Attempts);
    }

    [Fact]
    public async Task MailThatIsPutBack_IsDueThen_AndARemovedOneNever()
    {
        var first = await AddAsync("ann@example.com");
        _stores.Time.Advance(TimeSpan.FromSeconds(1));
        var second = await AddAsync("bob@example.com");
        Assert.Equal(first.Id, (await TakeAsync())?.Id);
        var due = _stores.Time.GetUtcNow() + TimeSpan.FromSeconds(5);
        await Mails.PutBackAsync(first.Id, due, CancellationToken.None).Limited("the mail to be put back");
        Assert.Equal(second.Id, (await TakeAsync())?.Id);
        await Mails.RemoveAsync(second.Id, CancellationToken.None).Limited("the mail to be removed");

        Assert.Null(await TakeAsync());
        Assert.Equal((due, 1), await Mails.LookAsync(CancellationToken.None).Limited("a look"));
        _stores.Time.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal(first.Id, (await TakeAsync())?.Id);
    }

    [Fact]
    public async Task MoreThanMayWait_AreNotTaken()
    {
        await using (var context = await _stores.Contexts.CreateDbContextAsync(TestContext.Current.CancellationToken))
        {
            var now = _stores.Time.GetUtcNow();
            context.OutgoingMails.AddRange(Enumerable.Range(0, MailStore.MaxWaiting - 1).Select(i => new OutgoingMailRow
            {
                Id = MailId.Create(_stores.Time),
                Kind = MailKind.PasswordReset,
                Email = $"user{i}@example.com",
                CreatedAt = now,
                DueAt = now,
                Attempts = 0,
            }));
            await context.SaveChangesAsync(TestContext.Current.CancellationToken).Limited("many mails");
        }

        Assert.True(await Mails.AddAsync(New("ann@example.com"), CancellationToken.None).Limited("the last mail"));
        Assert.False(await Mails.AddAsync(New("bob@example.com"), CancellationToken.None).Limited("one more mail"));
    }

    private async Task<OutgoingMail> AddAsync(string email)
    {
        var mail = New(email);
        Assert.True(await Mails.AddAsync(mail, CancellationToken.None).Limited("a mail"));
        return mail;
    }

    private OutgoingMail New(string email) =>
        new() { Id = MailId.Create(_stores.Time), Kind = MailKind.Registration, Email = email, Sealed = [1, 2, 3], CreatedAt = _stores.Time.GetUtcNow(), Attempts = 0 };

    private Task<OutgoingMail?> TakeAsync() => Mails.TakeAsync(CancellationToken.None).Limited("a mail to be taken");
}

public sealed class SqliteMailStoreTests() : MailStoreTests(StoreProvider.Sqlite);

public sealed class PostgresMailStoreTests() : MailStoreTests(StoreProvider.Postgres);
