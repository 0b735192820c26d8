using System.Net;
using Mport.Server.Tests.Api;
using Mport.Server.Tests.Kit;
using Mport.Testing;

namespace Mport.Server.Tests.Domains;

/// <summary>Custom domains through the API, with a DNS server on loopback.</summary>
public sealed class DomainsApiTests : IAsyncLifetime
{
    private readonly DnsRecords _dns = DnsRecords.Start();
    private RunningTestEdge? _edge;
    private ApiUser? _ann;

    private RunningTestEdge Edge => _edge ?? throw new InvalidOperationException("The edge does not run.");

    private ApiUser Ann => _ann ?? throw new InvalidOperationException("The edge does not run.");

    public async ValueTask InitializeAsync()
    {
        _edge = await RunningTestEdge.StartAsync(change: settings => settings with { Domain = "edge.test", DnsServer = _dns.EndPoint });
        _ann = new ApiUser(_edge, await _edge.AddAccountAsync("ann@example.com"));
        _dns.SetAddress("edge.test", IPAddress.Parse("192.0.2.1"));
    }

    public async ValueTask DisposeAsync()
    {
        Ann.Dispose();
        await Edge.DisposeAsync();
        await _dns.DisposeAsync();
    }

    [Fact]
    public async Task Domain_SaysWhichRecordsToSet_ShowsWhatIsThere_AndIsProvenByThem()
    {
        var made = await Ann.PostAsync("/api/v1/domains", """{"name":"Shop.example.com"}""");
        Assert.Equal((201, "pending"), (made.Status, made["state"]));
        var path = $"/api/v1/domains/{made["id"]}";
        var proof = made.Json.GetProperty("records")[0];
        Assert.Equal("_mport-challenge.shop.example.com", proof.GetProperty("name").GetString());

        _dns.SetText("_mport-challenge.shop.example.com", "mport-verify=somebodyelse");
        _dns.SetAddress("shop.example.com", IPAddress.Parse("198.51.100.9"));
        var before = await Ann.PostAsync($"{path}/check", "");
        Assert.Equal("pending", before["state"]);
        Assert.Equal(("mport-verify=somebodyelse", false), Found(before, 0));
        Assert.Equal(("198.51.100.9", false), Found(before, 1));

        _dns.SetText("_mport-challenge.shop.example.com", proof.GetProperty("value").GetString() ?? "");
        _dns.Remove("shop.example.com");
        _dns.SetAlias("shop.example.com", "edge.test");
        var after = await Ann.PostAsync($"{path}/check", "");
        Assert.Equal("proven", after["state"]);
        Assert.Equal(("edge.test", true), Found(after, 1));
        Assert.Equal("proven", (await Ann.GetAsync(path))["state"]);

        Assert.Equal(201, (await Ann.PostAsync("/api/v1/tunnels", """{"name":"shop","proto":"http","domains":["shop.example.com"],"path":"/v1"}""")).Status);
        Assert.Equal(204, (await Ann.DeleteAsync(path)).Status);
        var kinds = (await Ann.GetAsync("/api/v1/events?kind=domain.&sort=at")).Json.GetProperty("data").EnumerateArray().Select(e => e.GetProperty("kind").GetString());
        Assert.Equal(["domain.added", "domain.proven", "domain.removed"], kinds);
    }

    [Fact]
    public async Task AddressesOfTheEdgeItself_AreGood_WhereNoAliasCanStand()
    {
        var made = await Ann.PostAsync("/api/v1/domains", """{"name":"example.com"}""");
        _dns.SetAddress("example.com", IPAddress.Parse("192.0.2.1"));

        Assert.Equal(("192.0.2.1", true), Found(await Ann.PostAsync($"/api/v1/domains/{made["id"]}/check", ""), 1));
    }

    [Fact]
    public async Task DnsThatCannotBeAsked_IsSaid_AndProvesNothing()
    {
        var made = await Ann.PostAsync("/api/v1/domains", """{"name":"example.com"}""");
        _dns.IsBroken = true;

        var check = await Ann.PostAsync($"/api/v1/domains/{made["id"]}/check", "");

        Assert.Equal((200, "pending"), (check.Status, check["state"]));
        Assert.Contains("DNS", check.Json.GetProperty("records")[0].GetProperty("failure").GetString());
    }

    [Theory]
    [InlineData("/api/v1/domains", """{"name":"shop.edge.test"}""", "/name")]
    [InlineData("/api/v1/domains", "{}", "/name")]
    [InlineData("/api/v1/tunnels", """{"name":"web","proto":"http","domains":["a.example.com","no host"]}""", "/domains/1")]
    [InlineData("/api/v1/tunnels", """{"name":"web","proto":"http","path":"/a/../b"}""", "/path")]
    [InlineData("/api/v1/tunnels", """{"name":"web","proto":"tls","path":"/a"}""", "/path")]
    [InlineData("/api/v1/tunnels", """{"name":"web","proto":"tcp","domains":["a.example.com"]}""", "/domains")]
    public async Task WhatCannotBe_IsRefused(string path, string body, string pointer)
    {
        var reply = await Ann.PostAsync(path, body);

        Assert.Equal(422, reply.Status);
        Assert.Equal([pointer], reply.Pointers);
    }

    [Fact]
    public async Task DomainThatIsNotProven_CannotBeATunnels()
    {
        await Ann.PostAsync("/api/v1/domains", """{"name":"shop.example.com"}""");

        var reply = await Ann.PostAsync("/api/v1/tunnels", """{"name":"web","proto":"http","domains":["shop.example.com"]}""");

        Assert.Equal((409, "MP-1661"), (reply.Status, reply.Code));
    }

    private static (string? Value, bool Ok) Found(ApiReply reply, int record)
    {
        var check = reply.Json.GetProperty("records")[record];
        return (check.GetProperty("found")[0].GetString(), check.GetProperty("ok").GetBoolean());
    }
}
