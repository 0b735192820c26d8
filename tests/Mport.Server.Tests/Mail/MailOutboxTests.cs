using System.Globalization;
using System.Net;
using Microsoft.Extensions.Logging;
using Mport.Protocol.Identity;
using Mport.Server.Accounts;
using Mport.Server.Accounts.Links;
using Mport.Server.Accounts.Registration;
using Mport.Server.Accounts.Web;
using Mport.Server.Events;
using Mport.Server.Mail;
using Mport.Server.Metrics;
using Mport.Server.Tests.Edge.Kit;
using Mport.Server.Tests.Kit;
using Mport.Testing;

namespace Mport.Server.Tests.Mail;

/// <summary>The outbox with a clock of the test's, a real database and a real mail server.</summary>
public sealed class MailOutboxTests : IAsyncLifetime
{
    private readonly CancellationTokenSource _stop = new();
    private readonly EdgeMeters _meters = new();
    private readonly RecordingLogs _logs = new();
    private readonly KeptEvents _events = new();
    private readonly AccountKey _key = new(new byte[32]);
    private TestStores _stores = null!;
    private SmtpSink _sink = null!;
    private MailOutbox _outbox = null!;
    private Task _running = Task.CompletedTask;

    public async ValueTask InitializeAsync()
    {
        _stores = await TestStores.CreateAsync();
        _sink = SmtpSink.Start(refuse: to => to.StartsWith("gone", StringComparison.Ordinal) ? "550 5.1.1 no such mailbox" : null);
        var links = new AccountLinks();
        links.Bound("edge.example", 80, 443);
        _outbox = new MailOutbox(
            _stores.Accounts.Mails,
            new MailWriter(_stores.Users, _stores.Accounts, _key, links, _events),
            new SmtpMailer(_sink.Options(), _stores.Time),
            _events,
            new MailMetrics(_meters),
            _stores.Time,
            _logs.CreateLogger<MailOutbox>());
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running.ContinueWith(_ => { }, TaskScheduler.Default).Limited("the outbox to end");
        _stop.Dispose();
        await _sink.DisposeAsync();
        await _stores.DisposeAsync();
        _meters.Dispose();
        _logs.Dispose();
    }

    [Fact]
    public async Task ServerAwayAndBack_GetsTheMailThen_WithALinkThatWorks()
    {
        _sink.IsAway = true;
        await AskAsync(MailKind.Registration, "ann@example.com");
        Start();
        await PausedAsync(TimeSpan.FromSeconds(5));
        _stores.Time.Advance(TimeSpan.FromSeconds(5));
        await PausedAsync(TimeSpan.FromSeconds(10));
        Assert.Equal(2, _sink.Connections);
        _sink.IsAway = false;
        _stores.Time.Advance(TimeSpan.FromSeconds(10));

        var mail = await _sink.NextAsync("the mail");
        Assert.Equal("ann@example.com", mail.To);
        var secret = OneTimeSecret.Read(mail.Link.Query[3..]);
        Assert.NotNull(secret);
        Assert.NotNull(await _stores.Accounts.Registrations.FindAsync(secret, CancellationToken.None).Limited("the link"));
        Assert.Equal("https://edge.example/confirm", mail.Link.GetLeftPart(UriPartial.Path));
        Assert.Contains(_logs.Texts, text => text.Contains("MP-206", StringComparison.Ordinal));
        Assert.Empty(_events.All);
    }

    [Fact]
    public async Task AfterADay_TheMailIsGivenUp_AndSaidToBeSo()
    {
        _sink.IsAway = true;
        await AskAsync(MailKind.Registration, "ann@example.com");
        Start();
        await PausedAsync(TimeSpan.FromSeconds(5));
        _stores.Time.Advance(MailBackoff.Patience);

        var happened = await _events.NextAsync();
        Assert.Equal(("mail.given_up", "MP-2063", "ann@example.com"), (happened.Kind.Name, happened.Code, happened.Subject?.Name));
        Assert.Equal((null, 0), await _stores.Accounts.Mails.LookAsync(CancellationToken.None).Limited("a look"));
    }

    [Fact]
    public async Task AddressRefusedForGood_IsGivenUpAtOnce_AndKeepsNobodyWaiting()
    {
        await AskAsync(MailKind.Registration, "gone@example.com");
        _stores.Time.Advance(TimeSpan.FromSeconds(1));
        await AskAsync(MailKind.Registration, "ann@example.com");
        Start();

        Assert.Equal("ann@example.com", (await _sink.NextAsync("the mail")).To);
        Assert.Equal("gone@example.com", (await _events.NextAsync()).Subject?.Name);
    }

    [Fact]
    public async Task ResetOfAnUnknownAddress_SendsNothing_AndOfAKnownOneALink()
    {
        await _stores.AddUserAsync("ann@example.com");
        await AskAsync(MailKind.PasswordReset, "nobody@example.com");
        _stores.Time.Advance(TimeSpan.FromSeconds(1));
        await AskAsync(MailKind.PasswordReset, "ann@example.com");
        Start();

        var mail = await _sink.NextAsync("the mail");
        Assert.Equal("ann@example.com", mail.To);
        Assert.Equal("https://edge.example/password", mail.Link.GetLeftPart(UriPartial.Path));
        Assert.Equal("password_link.created", (await _events.NextAsync()).Kind.Name);
        Assert.Equal(1, _sink.Received);
    }

    [Fact]
    public async Task MailedInvitation_IsSealedUntilItIsSent()
    {
        Assert.True(EmailAddress.TryParse("ann@example.com", out var ann));
        var issued = await _stores.Accounts.Invitations.CreateAsync(ann, UserRole.Auditor, TimeSpan.FromDays(7), by: null, CancellationToken.None).Limited("an invitation");
        Assert.NotNull(issued);
        var desk = new MailDesk(new RegistrationOptions(), _outbox, new MailThrottle(_stores.Time), _key, new AccountsMetrics(_meters), _events, _stores.Time);

        Assert.True(await desk.InviteAsync(ann, issued.Secret, CancellationToken.None).Limited("the invitation's mail"));

        Assert.All(await _stores.DumpAsync(), dump => Assert.DoesNotContain(issued.Secret.Reveal(), dump, StringComparison.Ordinal));
        Start();
        var mail = await _sink.NextAsync("the mail");
        Assert.Contains(issued.Secret.Reveal(), mail.Body, StringComparison.Ordinal);
        Assert.Contains("auditor", mail.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ManyMailsToOneAddress_AreWithheld_AndTheAnswerDoesNotTell()
    {
        var desk = new MailDesk(
            new RegistrationOptions { Mode = RegistrationMode.Open }, _outbox, new MailThrottle(_stores.Time), _key, new AccountsMetrics(_meters), _events, _stores.Time);
        for (var i = 0; i < 20; i++)
        {
            // Each from another network address.
            var visitor = new WebVisitor(IPAddress.Parse(string.Create(CultureInfo.InvariantCulture, $"192.0.2.{i}")), "");
            Assert.Null(await desk.RegisterAsync("ann@example.com", visitor, CancellationToken.None).Limited("the answer"));
        }

        Assert.Equal(MailThrottle.FreePerEmail, (await _stores.Accounts.Mails.LookAsync(CancellationToken.None).Limited("a look")).Waiting);
    }

    private void Start() => _running = _outbox.RunAsync(_stop.Token);

    private Task PausedAsync(TimeSpan pause) => _stores.Time.WhenTimerAsync(due => due == pause).Limited($"a pause of {pause}");

    private async Task AskAsync(MailKind kind, string email)
    {
        var mail = new OutgoingMail { Id = MailId.Create(_stores.Time), Kind = kind, Email = email, CreatedAt = _stores.Time.GetUtcNow(), Attempts = 0 };
        Assert.True(await _outbox.AddAsync(mail, CancellationToken.None).Limited("a mail"));
    }

    /// <summary>Events as they were recorded.</summary>
    private sealed class KeptEvents : IEventLog
    {
        private readonly System.Threading.Channels.Channel<EdgeEvent> _all = System.Threading.Channels.Channel.CreateUnbounded<EdgeEvent>();

        public List<EdgeEvent> All { get; } = [];

        public void Record(EdgeEvent happened)
        {
            All.Add(happened);
            _all.Writer.TryWrite(happened);
        }

        public Task RecordAsync(EdgeEvent happened, CancellationToken cancellationToken)
        {
            Record(happened);
            return Task.CompletedTask;
        }

        public Task<EdgeEvent> NextAsync() => _all.Reader.ReadAsync().Limited("an event");
    }
}
