using System.Text.Json;
using Mport.Protocol.Identity;
using Mport.Server.Accounts;
using Mport.Server.Tests.Accounts.Pages;
using Mport.Server.Tests.Api;
using Mport.Server.Tests.Kit;
using Mport.Testing;

namespace Mport.Server.Tests.Accounts.Devices;

public sealed class DeviceLoginTests : IAsyncLifetime
{
    private const string Ann = "ann@example.com";
    private readonly SteppedClock _clock = new(TimeProvider.System);
    private RunningTestEdge _edge = null!;
    private ApiUser _machine = null!;

    public async ValueTask InitializeAsync()
    {
        _edge = await RunningTestEdge.StartAsync(time: _clock);
        _machine = new ApiUser(_edge, (Secret?)null);
        await _edge.AddPersonAsync(Ann);
    }

    public async ValueTask DisposeAsync()
    {
        _machine.Dispose();
        await _edge.DisposeAsync();
    }

    [Fact]
    public async Task ApprovedMachine_GetsATokenOnce_OfTheAccountThatApproved()
    {
        var (device, code) = await BeginAsync("build server");
        Assert.Equal((400, "MP-1129"), await PollAsync(device));
        using var browser = await SignedInAsync();
        await browser.GetAsync($"/device?code={code}");
        Assert.Contains(code, browser.Html, StringComparison.Ordinal);
        Assert.Contains("build server", browser.Html, StringComparison.Ordinal);
        await browser.SubmitAsync("/device", ("decision", "approve"));
        Assert.Equal(200, browser.Status);
        _clock.Step(TimeSpan.FromSeconds(5));

        var reply = await _machine.PostAsync("/api/v1/auth/device/token", $$"""{"device_code":"{{device}}"}""");

        Assert.Equal((200, Ann), (reply.Status, reply["account"]));
        using var owner = new ApiUser(_edge, new Secret(reply["token"] ?? ""));
        var me = await owner.GetAsync("/api/v1/me");
        Assert.Equal((Ann, "member"), (me["email"], me["role"]));
        Assert.Equal((400, "MP-1128"), await PollAsync(device));
    }

    [Fact]
    public async Task RefusedMachine_GetsNothing()
    {
        var (device, code) = await BeginAsync("laptop");
        using var browser = await SignedInAsync();
        await browser.GetAsync($"/device?code={code}");
        await browser.SubmitAsync("/device", ("decision", "refuse"));

        Assert.Equal((403, "MP-1131"), await PollAsync(device));
    }

    [Fact]
    public async Task Looking_ApprovesNothing_AndWhoIsNotSignedInIsAskedTo()
    {
        var (device, code) = await BeginAsync("laptop");
        using var browser = new Browser(_edge);
        await browser.GetAsync($"/device?code={code}");
        Assert.Equal($"/login?return={Uri.EscapeDataString($"/device?code={code}")}", browser.Location);
        await browser.FollowAsync();
        await browser.SubmitAsync("/login", ("email", Ann), ("password", AccountSteps.Password));
        await browser.FollowAsync();
        Assert.Contains("Log this device in?", browser.Html, StringComparison.Ordinal);

        Assert.Equal((400, "MP-1129"), await PollAsync(device));
    }

    [Fact]
    public async Task Codes_WorkForTenMinutes()
    {
        var (device, code) = await BeginAsync("laptop");
        _clock.Step(TimeSpan.FromMinutes(10));

        Assert.Equal((400, "MP-1128"), await PollAsync(device));
        using var browser = await SignedInAsync();
        await browser.GetAsync($"/device?code={code}");
        Assert.Equal("MP-1128", browser.Error);
    }

    [Fact]
    public async Task HastyMachine_IsToldToSlowDown()
    {
        var (device, _) = await BeginAsync("laptop");
        await PollAsync(device);

        var reply = await _machine.PostAsync("/api/v1/auth/device/token", $$"""{"device_code":"{{device}}"}""");

        Assert.Equal((429, "MP-1130"), (reply.Status, reply.Code));
        Assert.Equal("4", reply.Headers["Retry-After"]);
    }

    [Fact]
    public async Task GuessedCodes_MakeThePersonWait()
    {
        using var browser = await SignedInAsync();
        for (var i = 0; i < 11; i++)
        {
            await browser.GetAsync("/device?code=BCDF-GHJK");
            Assert.Equal("MP-1128", browser.Error);
        }

        await browser.GetAsync("/device?code=BCDF-GHJK");

        Assert.Equal("MP-1122", browser.Error);
    }

    [Fact]
    public async Task ManyBeginnings_MakeTheAddressWait()
    {
        for (var i = 0; i < 20; i++)
        {
            await BeginAsync("laptop");
        }

        var reply = await _machine.PostAsync("/api/v1/auth/device", """{"machine":"laptop"}""");

        Assert.Equal((429, "MP-1122"), (reply.Status, reply.Code));
    }

    [Fact]
    public async Task Auditor_ApprovesNoMachine()
    {
        await _edge.AddPersonAsync("aud@example.com", UserRole.Auditor);
        var (device, code) = await BeginAsync("laptop");
        using var browser = new Browser(_edge);
        await browser.SignInAsync("aud@example.com", AccountSteps.Password);
        await browser.GetAsync($"/device?code={code}");
        await browser.SubmitAsync("/device", ("decision", "approve"));

        Assert.Equal((403, "MP-1132"), (browser.Status, browser.Error));
        Assert.Equal((400, "MP-1129"), await PollAsync(device));
    }

    [Fact]
    public async Task MachineName_IsShownAsText()
    {
        var (_, code) = await BeginAsync("<script>alert(1)</script>");
        using var browser = await SignedInAsync();
        await browser.GetAsync($"/device?code={code}");

        Assert.DoesNotContain("<script", browser.Html, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("&lt;script&gt;", browser.Html, StringComparison.Ordinal);
    }

    private async Task<(string Device, string Code)> BeginAsync(string machine)
    {
        var reply = await _machine.PostAsync("/api/v1/auth/device", JsonSerializer.Serialize(new Dictionary<string, string> { ["machine"] = machine }));
        Assert.Equal(200, reply.Status);
        Assert.Equal($"http://localhost:{_edge.Http.Port}/device?code={reply["user_code"]}", reply["verification_uri_complete"]);
        return (reply["device_code"] ?? "", reply["user_code"] ?? "");
    }

    private async Task<(int, string?)> PollAsync(string device)
    {
        var reply = await _machine.PostAsync("/api/v1/auth/device/token", $$"""{"device_code":"{{device}}"}""");
        return (reply.Status, reply.Code);
    }

    private async Task<Browser> SignedInAsync()
    {
        var browser = new Browser(_edge);
        await browser.SignInAsync(Ann, AccountSteps.Password);
        return browser;
    }
}
