using System.Net;
using System.Net.Http;
using Mport.EndToEnd.Tests.Groups;
using Mport.EndToEnd.Tests.Http;
using Mport.EndToEnd.Tests.Kit;

namespace Mport.EndToEnd.Tests.Domains;

/// <summary>Several tunnels at one host, and one connection for several hosts.</summary>
public sealed class SharedHostTests(SharedEdge shared)
{
    private readonly string _name = $"h-{Guid.NewGuid():N}";

    [Fact]
    public async Task TunnelsWithPaths_ShareAHost_AndTheLongestPathWins()
    {
        await using var page = new NamedService("page");
        await using var api = new NamedService("api");
        using var visitor = new WebVisitor(shared.Edge);
        await using var whole = await ServedTunnel.HttpAsync(shared.Edge, page.Port, "--subdomain", _name);
        await using var part = await ServedTunnel.HttpAsync(shared.Edge, api.Port, "--subdomain", _name, "--path", "/api/");

        Assert.Equal(new Uri(whole.Url, "/api"), part.Url);
        Assert.Equal("page", (await visitor.GetAsync(whole.Url)).Body);
        Assert.Equal("page", (await visitor.GetAsync(new Uri(whole.Url, "/apis"))).Body);
        Assert.Equal("api", (await visitor.GetAsync(new Uri(whole.Url, "/api/x?y"))).Body);
        Assert.Equal("api", (await visitor.GetAsync(new Uri(whole.Url, "/%61pi"))).Body);
    }

    [Fact]
    public async Task ConnectionOfOneTunnelsHost_CarriesNoRequestForAnothers() // SEC-102
    {
        await using var target = new NamedService("mine");
        await using var other = new NamedService("other");
        await using var tunnel = await ServedTunnel.HttpAsync(shared.Edge, target.Port);
        await using var others = await ServedTunnel.HttpAsync(shared.Edge, other.Port);

        foreach (var version in (string[])["--http1.1", "--http2"])
        {
            Assert.Equal("200", await CurlAsync(version, tunnel.Url.Host, tunnel.Url.Host));
            Assert.Equal("421", await CurlAsync(version, tunnel.Url.Host, others.Url.Host));
            Assert.Equal("421", await CurlAsync(version, "localhost", others.Url.Host));
        }
    }

    private async Task<string> CurlAsync(string version, string serverName, string host) => (await Ran.ToEndAsync(
        "curl",
        [
            "-sk", version, "--max-time", "50", "-o", "/dev/null", "-w", "%{http_code}", "--resolve", $"{serverName}:{shared.Edge.TlsPort}:127.0.0.1",
            "-H", $"Host: {host}", $"https://{serverName}:{shared.Edge.TlsPort}/",
        ])).Succeeded();
}
