using System.Text.RegularExpressions;
using Mport.EndToEnd.Tests.Kit;

namespace Mport.EndToEnd.Tests.Accounts;

/// <summary>From the first start's link to a client that was let in by a person in a browser.</summary>
public sealed partial class DeviceLoginTests
{
    private const string Password = "seven tall trees in fog";

    [Fact]
    public async Task MachineApprovedInABrowser_OpensTunnels_AndNothingOfItStandsInTheLog() // SEC-64
    {
        await using var edge = await EdgeProcess.StartAsync();
        using var home = new ClientHome();
        using var browser = new FormBrowser(edge);
        var link = (await edge.Process.Output.FirstAsync(line => line.Contains("/password?t=", StringComparison.Ordinal), "the owner's setup link")).Line.Trim();
        await browser.OpenAsync(link);
        await browser.SubmitAsync("/password", ("chosen", Password));
        await browser.SubmitAsync("/login", ("email", EdgeProcess.Owner), ("password", Password));
        Assert.Contains("Your account", browser.Html, StringComparison.Ordinal);

        await using var login = ProgramProcess.Start(Programs.Client, ["login", $"127.0.0.1:{edge.TlsPort}", "--pin", edge.Pin, "--json"], home.Environment());
        var code = UserCode().Match((await login.Output.FirstAsync(UserCode().IsMatch, "the code")).Line).Groups["code"].Value;
        var address = (await login.Errors.FirstAsync(line => line.Contains("/device?code=", StringComparison.Ordinal), "the address to approve at")).Line.Trim();
        await browser.OpenAsync(address);
        Assert.Contains(code, browser.Html, StringComparison.Ordinal);
        Assert.Contains(Environment.MachineName, browser.Html, StringComparison.Ordinal);
        await browser.SubmitAsync("/device", ("decision", "approve"));

        Assert.Equal(0, await login.ExitAsync("the login to end"));
        var stored = await File.ReadAllTextAsync(home.ConfigFile);
        var token = Token().Match(stored).Value;
        Assert.NotEmpty(token);
        await using (var client = ClientProcess.Start(home.Environment(), "tcp", "9"))
        {
            await client.ReadyAsync();
        }

        await edge.StopAsync();
        edge.AssertNoErrorLogged();
        string[] secrets = [token, Password, code, link.Split('=')[1]];
        Assert.All(edge.Log.Lines, line => Assert.All(secrets, secret => Assert.DoesNotContain(secret, line, StringComparison.Ordinal)));
    }

    [Fact]
    public async Task InvitedPerson_HasAnAccount_AndARefusedMachineIsToldSo()
    {
        await using var edge = await EdgeProcess.StartAsync();
        using var home = new ClientHome();
        using var browser = new FormBrowser(edge);
        var link = (await edge.AdministerAsync("invite", "create", "ann@example.com")).Trim();
        await browser.OpenAsync(link);
        await browser.SubmitAsync("/invite", ("chosen", Password));
        Assert.Contains("ann@example.com", browser.Html, StringComparison.Ordinal);

        await using var login = ProgramProcess.Start(Programs.Client, ["login", $"127.0.0.1:{edge.TlsPort}", "--pin", edge.Pin], home.Environment());
        var address = (await login.Errors.FirstAsync(line => line.Contains("/device?code=", StringComparison.Ordinal), "the address to approve at")).Line.Trim();
        await browser.OpenAsync(address);
        await browser.SubmitAsync("/device", ("decision", "refuse"));

        Assert.Equal(5, await login.ExitAsync("the login to end"));
        Assert.Contains(login.Errors.Lines, line => line.Contains("MP-1131", StringComparison.Ordinal));
        Assert.False(File.Exists(home.ConfigFile));
    }

    [GeneratedRegex("\"user_code\":\"(?<code>[A-Z]{4}-[A-Z]{4})\"", RegexOptions.ExplicitCapture)]
    private static partial Regex UserCode();

    [GeneratedRegex("mpt_[0-9A-Za-z_]+")]
    private static partial Regex Token();
}
