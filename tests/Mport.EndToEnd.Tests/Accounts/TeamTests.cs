using Mport.EndToEnd.Tests.Groups;
using Mport.EndToEnd.Tests.Kit;

namespace Mport.EndToEnd.Tests.Accounts;

/// <summary>Accounts of one team, each with a machine of its own.</summary>
public sealed class TeamTests
{
    [Fact]
    public async Task MembersShareATunnelsNameAndAddress_StrangersDoNot_AndWhoIsRemovedLosesIt()
    {
        await using var edge = await EdgeProcess.StartAsync();
        await using var service = new NamedService("shared");
        using var annsMachine = new ClientHome();
        using var bobsMachine = new ClientHome();
        using var evesMachine = new ClientHome();
        var (ann, bob, eve) = (await AddAsync(edge, "ann@example.com"), await AddAsync(edge, "bob@example.com"), await AddAsync(edge, "eve@example.com"));
        await edge.AdministerAsync("team", "add", "shop", "--manager", "ann@example.com");
        await edge.AdministerAsync("team", "member", "add", "shop", "bob@example.com");
        string[] share = ["http", $"{service.Port}", "--name", "web", "--team", "shop"];

        await using var first = ClientProcess.Start(annsMachine.Environment(edge, token: ann), share);
        var url = await first.ReadyAsync();
        await using var stranger = ClientProcess.Start(evesMachine.Environment(edge, token: eve), share);
        await stranger.FailedAsync(5, "MP-1540");

        // It goes on with another member when the first is gone, at the same address.
        first.Send(Signal.Interrupt);
        await first.ExitAsync();
        await using var second = ClientProcess.Start(bobsMachine.Environment(edge, token: bob), share);
        Assert.Equal(url, await second.ReadyAsync());

        using (var api = new EdgeApi(edge, bob))
        {
            Assert.Equal(1, (await api.GetAsync("/tunnels")).GetProperty("data").GetArrayLength());
        }

        using (var api = new EdgeApi(edge, eve))
        {
            Assert.Equal(0, (await api.GetAsync("/tunnels")).GetProperty("data").GetArrayLength());
            Assert.Equal(0, (await api.GetAsync("/teams")).GetProperty("data").GetArrayLength());
        }

        await edge.AdministerAsync("team", "member", "remove", "shop", "bob@example.com");
        await second.NextAsync("tunnel.closed", TimeSpan.FromSeconds(2));

        await using var third = ClientProcess.Start(annsMachine.Environment(edge, token: ann), share);
        Assert.Equal(url, await third.ReadyAsync());
        edge.AssertNoErrorLogged();
    }

    [Fact]
    public async Task Member_StopsAndStartsTheTunnelThatAnotherServes()
    {
        await using var edge = await EdgeProcess.StartAsync();
        await using var service = new NamedService("shared");
        using var annsMachine = new ClientHome();
        var (ann, bob, eve) = (await AddAsync(edge, "ann@example.com"), await AddAsync(edge, "bob@example.com"), await AddAsync(edge, "eve@example.com"));
        await edge.AdministerAsync("team", "add", "shop", "--manager", "ann@example.com");
        await edge.AdministerAsync("team", "member", "add", "shop", "bob@example.com");
        await using var client = ClientProcess.Start(annsMachine.Environment(edge, token: ann), "http", $"{service.Port}", "--name", "web", "--team", "shop");
        var url = await client.ReadyAsync();
        using var bobs = new EdgeApi(edge, bob);
        using var eves = new EdgeApi(edge, eve);
        var tunnel = Assert.Single(await bobs.ListAsync("/tunnels")).GetProperty("id").GetString();

        Assert.Equal(404, await eves.StatusAsync(HttpMethod.Post, $"/tunnels/{tunnel}/stop"));
        Assert.Equal(200, await bobs.StatusAsync(HttpMethod.Post, $"/tunnels/{tunnel}/stop"));
        await client.NextAsync("tunnel.closed", TimeSpan.FromSeconds(2));
        Assert.Equal(404, await eves.StatusAsync(HttpMethod.Post, $"/tunnels/{tunnel}/start"));
        Assert.Equal(200, await bobs.StatusAsync(HttpMethod.Post, $"/tunnels/{tunnel}/start"));

        Assert.Equal(url, await client.ReadyAsync(TimeSpan.FromSeconds(2)));
        edge.AssertNoErrorLogged();
    }

    private static async Task<string> AddAsync(EdgeProcess edge, string email)
    {
        await edge.AddUserAsync(email);
        return (await edge.CreateTokenAsync(email)).Token;
    }
}
