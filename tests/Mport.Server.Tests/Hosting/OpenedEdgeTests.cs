using Microsoft.Extensions.Logging.Abstractions;
using Mport.Protocol.Errors;
using Mport.Server.Accounts;
using Mport.Server.Accounts.Links;
using Mport.Server.Data;
using Mport.Server.Hosting;
using Mport.Server.Tests.Kit;
using Mport.Testing;

namespace Mport.Server.Tests.Hosting;

public sealed class OpenedEdgeTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly ManualTimeProvider _time = new();
    private readonly EdgeSettings _settings;

    public OpenedEdgeTests()
    {
        var data = _folder.File("data");
        _settings = new EdgeSettings { DataFolder = data, Domain = "tunnels.example", Database = DatabaseUrl.InFolder(data) };
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task FirstStart_MakesOwnerAndCertificateForTheOwnerAlone()
    {
        using var edge = await OpenAsync(_settings);

        var owner = Assert.Single(await edge.Users.ListAsync(CancellationToken.None).Limited("the accounts"));
        Assert.Equal(("owner@tunnels.example", true, true), (owner.Email, owner.IsOwner, owner.IsAdmin));
        Assert.True(edge.Certificate.IsSelfMade);
        var files = Directory.GetFiles(_settings.DataFolder);
        Assert.True(files.Length >= 3);
        Assert.All(files.Append(_settings.DataFolder), path => Assert.False(EdgeFiles.IsOpenToOthers(path), path));
    }

    [Fact]
    public async Task FirstNotice_ShowsATokenThatWorksAndTheLineToPaste()
    {
        using var edge = await OpenAsync(_settings);

        var notice = await NoticeAsync(edge);

        var token = Assert.IsType<Protocol.Identity.Secret>(notice.Token);
        var text = notice.ToText();
        Assert.Contains($"mport login tunnels.example:4443 --token {token.Reveal()} --pin {edge.Certificate.Pin}", text, StringComparison.Ordinal);
        var check = await edge.Tokens.CheckAsync(token, System.Net.IPAddress.Loopback, CancellationToken.None).Limited("the check");
        Assert.Equal(TokenScopes.All, Assert.IsType<TokenCheck.Accepted>(check).Scopes);
        Assert.Equal("first-start", Assert.Single(await edge.Tokens.ListAsync(CancellationToken.None).Limited("the tokens")).Name);
    }

    [Fact]
    public async Task LaterNotice_ShowsNoSecretAndTheSamePin()
    {
        string pin;
        using (var first = await OpenAsync(_settings))
        {
            pin = (await NoticeAsync(first)).Pin.ToString();
        }

        using var second = await OpenAsync(_settings);
        var notice = await NoticeAsync(second);

        Assert.Null(notice.Token);
        Assert.DoesNotContain("mpt_", notice.ToText(), StringComparison.Ordinal);
        Assert.Contains(pin, notice.ToText(), StringComparison.Ordinal);
    }

    // REL-57: the first start was killed, or found its port in use, before the token was shown.
    [Fact]
    public async Task FirstStartThatShowedNoToken_ShowsItNextTime()
    {
        (await OpenAsync(_settings)).Dispose();

        using var second = await OpenAsync(_settings);

        Assert.NotNull((await NoticeAsync(second)).Token);
        Assert.Single(await second.Users.ListAsync(CancellationToken.None).Limited("the accounts"));
    }

    [Fact]
    public async Task AccountsAddedBeforeTheFirstStart_GetNoTokenButAHint()
    {
        Assert.True(EmailAddress.TryParse("ann@example.com", out var ann));
        OpenedEdge.PrepareFolder(_settings.DataFolder);
        using (var database = await EdgeDatabase.OpenAsync(_settings.Database, _time, CancellationToken.None).Limited("the database"))
        {
            await new UserStore(database.Contexts, _time).AddAsync(new NewUser { Email = ann }, CancellationToken.None).Limited("the account");
        }

        using var edge = await OpenAsync(_settings);
        var notice = await NoticeAsync(edge);

        Assert.Null(notice.Token);
        Assert.Contains("mportd token create", notice.ToText(), StringComparison.Ordinal);
        Assert.Single(await edge.Users.ListAsync(CancellationToken.None).Limited("the accounts"));
    }

    [Fact]
    public async Task GivenOwner_IsTheFirstAccount()
    {
        Assert.True(EmailAddress.TryParse("ann@example.com", out var ann));

        using var edge = await OpenAsync(_settings with { Owner = ann });

        Assert.Equal("ann@example.com", Assert.Single(await edge.Users.ListAsync(CancellationToken.None).Limited("the accounts")).Email);
    }

    [Fact]
    public async Task NoEnabledAccount_IsRefused()
    {
        using (var first = await OpenAsync(_settings))
        {
            Assert.True(EmailAddress.TryParse("owner@tunnels.example", out var owner));
            await first.Users.SetEnabledAsync(owner, enabled: false, CancellationToken.None).Limited("the account to change");
        }

        Assert.Equal(EdgeErrors.NoAccounts.Code, await RefusedAsync(_settings));
    }

    [Fact]
    public async Task SecondEdge_IsRefusedAndTheFirstGoesOn()
    {
        using var first = await OpenAsync(_settings);

        Assert.Equal(EdgeErrors.AlreadyRunning.Code, await RefusedAsync(_settings));
        Assert.Single(await first.Users.ListAsync(CancellationToken.None).Limited("the accounts"));
    }

    [Fact]
    public async Task DataFolderThatIsAFile_IsRefused()
    {
        _folder.Write("data", "a file");

        Assert.Equal(EdgeErrors.DataFolderUnusable.Code, await RefusedAsync(_settings));
    }

    [Fact]
    public async Task RefusedStart_LeavesTheLock()
    {
        _folder.Write("bad.pem", "x");
        Assert.Equal(
            EdgeErrors.CertificateUnusable.Code, await RefusedAsync(_settings with { CertificateFile = _folder.File("bad.pem"), KeyFile = _folder.File("bad.pem") }));

        (await OpenAsync(_settings)).Dispose();
    }

    private Task<OpenedEdge> OpenAsync(EdgeSettings settings) =>
        OpenedEdge.OpenAsync(settings, taker: null, NullLoggerFactory.Instance, _time, CancellationToken.None).Limited("the edge's data to open");

    private static Task<StartNotice> NoticeAsync(OpenedEdge edge)
    {
        var links = new AccountLinks();
        links.Bound(edge.Settings.Domain, 4080, 4443);
        return StartNotice.CreateAsync(edge, 4080, 4443, links, CancellationToken.None).Limited("the notice");
    }

    private async Task<ErrorCode> RefusedAsync(EdgeSettings settings) => (await Assert.ThrowsAsync<EdgeStartException>(() => OpenAsync(settings))).Failure.Code;
}
