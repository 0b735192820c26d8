using Mport.Server.Accounts.Registration;
using Mport.Server.Tests.Api;
using Mport.Server.Tests.Kit;
using Mport.Testing;

namespace Mport.Server.Tests.Accounts.Pages;

/// <summary>What an edge offers that sends no mail, and one that takes nobody.</summary>
public sealed class RegistrationModesTests
{
    [Fact]
    public async Task WithoutMail_NobodyRegisters_AndWhoForgotIsToldWhomToAsk()
    {
        await using var edge = await RunningTestEdge.StartAsync();
        using var browser = new Browser(edge);
        await browser.GetAsync("/login");
        Assert.DoesNotContain("/register", browser.Html, StringComparison.Ordinal);
        await browser.GetAsync("/register");
        Assert.Equal((403, "MP-1550"), (browser.Status, browser.Error));
        await browser.GetAsync("/confirm?t=" + new string('x', 43));
        Assert.Equal((404, "MP-1555"), (browser.Status, browser.Error));
        await browser.GetAsync("/forgot");
        Assert.Equal(200, browser.Status);
        Assert.Contains("Ask its administrator", browser.Html, StringComparison.Ordinal);
        Assert.DoesNotContain("<form", browser.Html, StringComparison.Ordinal);

        using var api = new ApiUser(edge, await edge.AdminTokenAsync());
        Assert.Contains("MP-1550", (await api.PostAsync("/api/v1/auth/register", """{"email":"ann@example.com"}""")).Text, StringComparison.Ordinal);
        Assert.Contains("MP-1552", (await api.PostAsync("/api/v1/auth/password", """{"email":"ann@example.com"}""")).Text, StringComparison.Ordinal);
        var invited = await api.PostAsync("/api/v1/invitations", """{"email":"ann@example.com"}""");
        Assert.Equal(201, invited.Status);
        Assert.DoesNotContain("mailed", invited.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Closed_TakesNoInvitationEither()
    {
        await using var edge = await RunningTestEdge.StartAsync(change: settings => settings with { Registration = new RegistrationOptions { Mode = RegistrationMode.Closed } });
        using var api = new ApiUser(edge, await edge.AdminTokenAsync());
        var refused = await api.PostAsync("/api/v1/invitations", """{"email":"ann@example.com"}""");
        Assert.Equal((403, true), (refused.Status, refused.Text.Contains("MP-1550", StringComparison.Ordinal)));

        // One that was made before.
        Assert.True(Mport.Server.Accounts.EmailAddress.TryParse("ann@example.com", out var ann));
        var issued = await edge.Data.Accounts.Invitations.CreateAsync(ann, Mport.Server.Accounts.UserRole.Member, TimeSpan.FromDays(1), by: null, CancellationToken.None).Limited("an invitation");
        using var browser = new Browser(edge);
        await browser.GetAsync("/invite?t=" + issued?.Secret.Reveal());
        Assert.Equal((404, "MP-1126"), (browser.Status, browser.Error));
    }
}
