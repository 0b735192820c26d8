using Mport.Server.Accounts.Devices;
using Mport.Server.Accounts.Links;
using Mport.Server.Accounts.Login;
using Mport.Server.Accounts.Pages;
using Mport.Server.Accounts.Passkeys;
using Mport.Server.Accounts.Passwords;
using Mport.Server.Accounts.Registration;
using Mport.Server.Accounts.Totp;
using Mport.Server.Accounts.Web;
using Mport.Server.Api;
using Mport.Server.Edge.Http;
using Mport.Server.Events;
using Mport.Server.Hosting;
using Mport.Server.Mail;
using Mport.Server.Metrics;

namespace Mport.Server.Accounts;

/// <summary>Everything that people and machines do to get in, put together for a running edge.</summary>
internal sealed class AccountWeb : IDisposable
{
    private readonly PasswordWork _work;
    private readonly AccountStores _stores;
    private readonly PasskeyCeremonies _ceremonies;

    /// <summary>Puts it together.</summary>
    public AccountWeb(
        EdgeSettings settings, AccountStores stores, UserStore users, TokenStore tokens, AccountKey key, AccountLinks links, IEventLog events, EdgeMeters meters, ILoggerFactory loggers, TimeProvider time)
    {
        _stores = stores;
        var metrics = new AccountsMetrics(meters);
        _work = new PasswordWork(metrics);
        var throttle = new LoginThrottle(time);
        var secondFactor = new SecondFactor(stores.Credentials, key, time);
        Links = links;
        Devices = new DeviceDesk(stores.DeviceLogins(key), tokens, stores.Credentials, metrics, events, time, loggers.CreateLogger<DeviceDesk>());
        SignIn = new SignInDesk(stores.Credentials, stores.WebSessions, _work, secondFactor, throttle, metrics, events, time, loggers.CreateLogger<SignInDesk>());
        Outbox = settings.Mail is { } mail
            ? new MailOutbox(
                stores.Mails, new MailWriter(users, stores, key, links, events), new SmtpMailer(mail, time), events, new MailMetrics(meters), time, loggers.CreateLogger<MailOutbox>())
            : null;
        Mails = new MailDesk(settings.Registration, Outbox, new MailThrottle(time), key, metrics, events, time);
        Passwords = new PasswordDesk(stores.Credentials, stores.Links, stores.Invitations, stores.Registrations, SignIn, _work, events, loggers.CreateLogger<PasswordDesk>());
        Accounts = new AccountDesk(stores.Credentials, secondFactor, SignIn, throttle, events, loggers.CreateLogger<AccountDesk>());
        _ceremonies = new PasskeyCeremonies(settings.Domain, links, new PasskeyUsers(stores.Credentials, stores.Passkeys));
        var tickets = new PasskeyTickets(key, time);
        Passkeys = new PasskeyDesk(_ceremonies, tickets, stores.Passkeys, stores.Credentials, SignIn, events, loggers.CreateLogger<PasskeyDesk>());
        PasskeySignIn = new PasskeySignIn(_ceremonies, tickets, stores.Passkeys, SignIn, throttle, loggers.CreateLogger<PasskeySignIn>());
        Gate = new WebGate(stores.WebSessions, events);
        var site = new AccountSite(Gate, new FormGuard(key, metrics, time, loggers.CreateLogger<FormGuard>()), loggers.CreateLogger<AccountSite>());
        Routes =
        [
            new SignInPages(site, SignIn, PasskeySignIn, Mails),
            new PasskeyPages(site, Passkeys, PasskeySignIn),
            new PasskeyScript(),
            new PasswordPages(site, Passwords, stores.Links, stores.Invitations, Mails),
            new RegistrationPages(site, Mails, Passwords, stores.Registrations),
            new ForgotPages(site, Mails),
            new AccountPages(site, stores.WebSessions, Accounts, events),
            new DevicePages(site, Devices),
        ];
    }

    /// <summary>Lets people in.</summary>
    public SignInDesk SignIn { get; }

    /// <summary>Sets passwords.</summary>
    public PasswordDesk Passwords { get; }

    /// <summary>Takes wishes for mails.</summary>
    public MailDesk Mails { get; }

    /// <summary>Sends the mails; null where the edge sends none.</summary>
    public MailOutbox? Outbox { get; }

    /// <summary>Changes second factors.</summary>
    public AccountDesk Accounts { get; }

    /// <summary>Changes passkeys.</summary>
    public PasskeyDesk Passkeys { get; }

    /// <summary>Lets people in by passkeys.</summary>
    public PasskeySignIn PasskeySignIn { get; }

    /// <summary>Logs machines in.</summary>
    public DeviceDesk Devices { get; }

    /// <summary>The addresses of the pages.</summary>
    public AccountLinks Links { get; }

    /// <summary>Sessions by their cookies.</summary>
    public WebGate Gate { get; }

    /// <summary>The pages.</summary>
    public IReadOnlyList<IOwnRoutes> Routes { get; }

    /// <summary>Adds what the API's endpoints work with.</summary>
    public void AddTo(IServiceCollection services)
    {
        services.AddSingleton<ICallerSource>(new CookieSource(Gate));
        services.AddSingleton(Gate);
        services.AddSingleton(SignIn);
        services.AddSingleton(Passwords);
        services.AddSingleton(Mails);
        services.AddSingleton(Accounts);
        services.AddSingleton(Passkeys);
        services.AddSingleton(PasskeySignIn);
        services.AddSingleton(Devices);
        services.AddSingleton(Links);
        services.AddSingleton(_stores.WebSessions);
        services.AddSingleton(_stores.Links);
        services.AddSingleton(_stores.Invitations);
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _ceremonies.Dispose();
        _work.Dispose();
    }
}
