using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Mport.Server.Accounts;
using Mport.Server.Api;

namespace Mport.Server.Tests.Api;

public sealed class ApiStartTests
{
    [Fact]
    public async Task EndpointThatDoesNotSayWhomItIsFor_StopsTheStart()
    {
        await using var app = WebApplication.CreateSlimBuilder().Build();
        app.MapGroup("/api/v1").MapGet("/open", () => "open");

        var error = Assert.Throws<InvalidOperationException>(() => ApiStart.RequireNeeds(((IEndpointRouteBuilder)app).DataSources));

        Assert.Contains("/api/v1/open", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task EndpointThatSaysIt_AndOneOutsideTheApi_DoNot()
    {
        await using var app = WebApplication.CreateSlimBuilder().Build();
        app.MapGroup("/api/v1").MapGet("/mine", () => "mine").Needs(TokenScopes.TunnelsRead);
        app.MapGet("/healthz", (HttpContext _) => "ok");

        ApiStart.RequireNeeds(((IEndpointRouteBuilder)app).DataSources);
    }
}
