using System.Net;
using Microsoft.AspNetCore.Http;
using Mport.Server.Tests.Edge.Kit;
using Mport.Testing;

namespace Mport.Server.Tests.Edge.Http;

/// <summary>Visitors' connections at an edge whose ports another process has taken over (REL-18).</summary>
public sealed class LastAnswersTests
{
    public static TheoryData<bool, string> Versions => new() { { false, "1.1" }, { true, "1.1" }, { true, "2.0" } };

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task IdleConnection_GetsOneMoreAnswerAndEnds(bool tls, string version)
    {
        await using var edge = await EdgeUnderTest.StartAsync();
        var target = edge.Own(await WebTarget.StartAsync(context => context.Response.WriteAsync("hello")));
        await edge.AddTunnelAsync("shop", target.Port);
        using var visitor = edge.CreateClient("shop", tls, Version.Parse(version));
        Assert.Equal("hello", await visitor.GetStringAsync(new Uri("/", UriKind.Relative)).Limited("the first answer"));

        var gone = edge.LetGoAsync();
        Assert.False(gone.IsCompleted);
        using var last = await visitor.GetAsync(new Uri("/", UriKind.Relative)).Limited("the last answer");

        Assert.Equal(HttpStatusCode.OK, last.StatusCode);
        Assert.Equal("hello", await last.Content.ReadAsStringAsync().Limited("the last answer's body"));
        Assert.Equal(last.Version.Major == 1, last.Headers.ConnectionClose == true);
        await gone.Limited("the connection to end");
    }
}
