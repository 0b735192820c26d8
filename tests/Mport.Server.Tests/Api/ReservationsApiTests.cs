using Mport.Server.Accounts;
using Mport.Server.Tests.Kit;

namespace Mport.Server.Tests.Api;

public sealed class ReservationsApiTests : IAsyncLifetime
{
    private RunningTestEdge? _edge;
    private ApiUser? _ann;

    private RunningTestEdge Edge => _edge ?? throw new InvalidOperationException("The edge does not run.");

    private ApiUser Ann => _ann ?? throw new InvalidOperationException("The edge does not run.");

    public async ValueTask InitializeAsync()
    {
        _edge = await RunningTestEdge.StartAsync();
        _ann = new ApiUser(_edge, await _edge.AddAccountAsync("ann@example.com"));
    }

    public ValueTask DisposeAsync()
    {
        Ann.Dispose();
        return Edge.DisposeAsync();
    }

    [Fact]
    public async Task Name_IsReserved_OnceForEachKey_AndReleased()
    {
        var made = await Ann.PostAsync("/api/v1/reservations", """{"subdomain":"blog"}""", ("Idempotency-Key", "one"));
        var again = await Ann.PostAsync("/api/v1/reservations", """{"subdomain":"blog"}""", ("Idempotency-Key", "one"));
        var path = "/api/v1/reservations/" + made["id"];

        Assert.Equal((201, 201, made.Text), (made.Status, again.Status, again.Text));
        Assert.Equal("blog", (await Ann.GetAsync(path))["subdomain"]);
        Assert.Single((await Ann.GetAsync("/api/v1/reservations?q=blo")).Json.GetProperty("data").EnumerateArray());
        Assert.Equal(204, (await Ann.DeleteAsync(path)).Status);
        Assert.Equal(404, (await Ann.GetAsync(path)).Status);
        var kinds = (await Ann.GetAsync("/api/v1/events?kind=reservation.&sort=at")).Json.GetProperty("data").EnumerateArray().Select(e => e.GetProperty("kind").GetString());
        Assert.Equal(["reservation.created", "reservation.released"], kinds);
    }

    [Fact]
    public async Task NameOfAnotherAccount_IsTaken()
    {
        using var bob = new ApiUser(Edge, await Edge.AddAccountAsync("bob@example.com"));
        await Ann.PostAsync("/api/v1/reservations", """{"subdomain":"blog"}""");

        var reserved = await bob.PostAsync("/api/v1/reservations", """{"subdomain":"blog"}""");
        var tunnel = await bob.PostAsync("/api/v1/tunnels", """{"name":"blog","proto":"http","subdomain":"blog"}""");

        Assert.Equal((409, "MP-1203"), (reserved.Status, reserved.Code));
        Assert.Equal((409, "MP-1203"), (tunnel.Status, tunnel.Code));
        Assert.Equal(201, (await Ann.PostAsync("/api/v1/tunnels", """{"name":"blog","proto":"http","subdomain":"blog"}""")).Status);
    }

    [Theory]
    [InlineData("{}", "/subdomain")]
    [InlineData("""{"subdomain":"www"}""", "/subdomain")]
    [InlineData("""{"subdomain":"blog","port":20000}""", "/port")]
    [InlineData("""{"port":20000,"proto":"http"}""", "/proto")]
    public async Task WhatCannotBeReserved_IsRefused(string body, string pointer)
    {
        var reply = await Ann.PostAsync("/api/v1/reservations", body);

        Assert.Equal(422, reply.Status);
        Assert.Equal([pointer], reply.Pointers);
    }

    [Fact]
    public async Task NameThatTheOperatorForbids_IsNobodys() // SEC-44
    {
        Assert.True(ForbiddenNames.TryParse("*bank*", out var forbidden, out _));
        await using var edge = await RunningTestEdge.StartAsync(change: settings => settings with { ForbiddenNames = forbidden });
        using var ann = new ApiUser(edge, await edge.AddAccountAsync("ann@example.com"));

        var reserved = await ann.PostAsync("/api/v1/reservations", """{"subdomain":"my-bank"}""");
        var tunnel = await ann.PostAsync("/api/v1/tunnels", """{"name":"web","proto":"http","subdomain":"b4nk"}""");

        Assert.Equal((422, "MP-1202"), (reserved.Status, reserved.Code));
        Assert.Equal((422, "MP-1202"), (tunnel.Status, tunnel.Code));
    }

    [Fact]
    public async Task DeletedAccount_IsOutAtOnce_AndItsTunnelsAreTheHeirs()
    {
        Assert.True(TokenName.TryParse("admin", out var name));
        var token = await Edge.Data.Tokens.CreateAsync(new NewToken { UserId = Edge.Owner, Name = name, Scopes = TokenScopes.All }, TestContext.Current.CancellationToken);
        using var owner = new ApiUser(Edge, token.Token);
        using var bob = new ApiUser(Edge, await Edge.AddAccountAsync("bob@example.com"));
        var ann = (await Ann.GetAsync("/api/v1/me"))["id"];
        var heir = (await bob.GetAsync("/api/v1/me"))["id"];
        await Ann.PostAsync("/api/v1/tunnels", """{"name":"shop","proto":"http","subdomain":"shop"}""");

        Assert.Equal(422, (await owner.DeleteAsync($"/api/v1/users/{ann}?transfer_to=usr_none")).Status);
        Assert.Equal(204, (await owner.DeleteAsync($"/api/v1/users/{ann}?transfer_to={heir}")).Status);

        Assert.Equal((401, "MP-1103"), ((await Ann.GetAsync("/api/v1/me")).Status, (await Ann.GetAsync("/api/v1/me")).Code));
        Assert.Contains("\"shop\"", (await bob.GetAsync("/api/v1/tunnels")).Text, StringComparison.Ordinal);
        Assert.Contains("user.deleted", (await owner.GetAsync("/api/v1/audit?account=all&kind=user.")).Text, StringComparison.Ordinal);
        Assert.Equal((409, "MP-1514"), ((await owner.DeleteAsync("/api/v1/users/" + Edge.Owner)).Status, (await owner.DeleteAsync("/api/v1/users/" + Edge.Owner)).Code));
    }
}
