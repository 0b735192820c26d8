using System.Net;
using System.Text.RegularExpressions;
using Mport.EndToEnd.Tests.Groups;
using Mport.EndToEnd.Tests.Http;
using Mport.EndToEnd.Tests.Kit;

namespace Mport.EndToEnd.Tests.Domains;

/// <summary>From <c>mport http PORT --domain D</c> to visitors of the domain, with a real DNS server.</summary>
public sealed partial class CustomDomainTests
{
    [Fact]
    public async Task Client_SaysWhichRecordToSet_AndServesTheDomainOnceItIsThere()
    {
        Assert.SkipWhen(NameServer.Missing is not null, NameServer.Missing ?? "");
        var dns = PortBlock.Find(1).First;
        await using var edge = await EdgeProcess.StartAsync("--dns-server", $"127.0.0.1:{dns}");
        await using var target = new NamedService("shop");
        using var home = new ClientHome();
        using var visitor = new WebVisitor(edge);
        await using var client = ClientProcess.Start(edge, home, "http", $"{target.Port}", "--domain", "shop.example.com", "--domain", "*.apps.example.com", "--path", "/v1");

        var first = Record().Match((await client.NextAsync("error"))["text"]);
        Assert.Equal("_mport-challenge.shop.example.com", first.Groups["name"].Value);
        var token = first.Groups["value"].Value.Split('=')[1];
        await using var server = await NameServer.StartAsync(
            dns, $"--txt-record={first.Groups["name"].Value},{first.Groups["value"].Value}", $"--txt-record=_mport-challenge.apps.example.com,mport-verify-wildcard={token}");

        var url = await client.ReadyAsync(TimeSpan.FromSeconds(60));
        Assert.Equal(("shop.example.com", "/v1"), (url.Host, url.AbsolutePath));
        foreach (var host in (string[])["shop.example.com", "any.apps.example.com"])
        {
            Assert.Equal((HttpStatusCode.OK, "shop"), await visitor.GetAsync(new Uri($"http://{host}:{edge.HttpPort}/v1/x")));
            Assert.Equal((HttpStatusCode.OK, "shop"), await visitor.GetAsync(new Uri($"https://{host}:{edge.TlsPort}/v1")));
            Assert.Equal(HttpStatusCode.NotFound, (await visitor.GetAsync(new Uri($"http://{host}:{edge.HttpPort}/v2"))).Status);
        }

        Assert.Equal(HttpStatusCode.NotFound, (await visitor.GetAsync(new Uri($"http://other.example.com:{edge.HttpPort}/v1"))).Status);
        using var api = new EdgeApi(edge);
        Assert.Equal(["proven", "proven"], (await api.ListAsync("/domains")).Select(domain => domain.GetProperty("state").GetString()));
    }

    [GeneratedRegex("(?<name>_mport-challenge\\S+) TXT \"(?<value>[^\"]+)\"", RegexOptions.ExplicitCapture)]
    private static partial Regex Record();
}
