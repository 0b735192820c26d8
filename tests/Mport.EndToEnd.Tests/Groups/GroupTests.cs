using System.Net;
using Mport.EndToEnd.Tests.Http;
using Mport.EndToEnd.Tests.Kit;
using Mport.EndToEnd.Tests.Tcp;
using Mport.Testing;

namespace Mport.EndToEnd.Tests.Groups;

/// <summary>Several clients behind one address, each on a machine of its own as far as the edge can tell.</summary>
public sealed class GroupTests(SharedEdge shared)
{
    private const string Ask = "GET / HTTP/1.1\r\nHost: x\r\n\r\n";

    [Fact]
    public async Task HttpClientsOfOneGroup_ShareOneUrlAndItsVisitors()
    {
        await using var one = new NamedService("one");
        await using var two = new NamedService("two");
        await using var first = await ServedTunnel.HttpAsync(shared.Edge, one.Port, "--group", "share");
        await using var second = await ServedTunnel.HttpAsync(shared.Edge, two.Port, "--group", "share");
        using var visitor = new WebVisitor(shared.Edge);

        Assert.Equal(first.Url, second.Url);
        var answers = await AskAsync(visitor, first.Url, 10);

        Assert.Equal(["one", "two"], answers.Distinct().Order());
    }

    [Fact]
    public async Task TwoProcessesOfOneMachine_ShareToo()
    {
        await using var one = new NamedService("one");
        await using var two = new NamedService("two");
        await using var first = await ServedTunnel.TcpAsync(shared.Edge, one.Port, "--group", "side-by-side");
        await using var second = ClientProcess.Start(shared.Edge, first.Home, "tcp", $"{two.Port}", "--group", "side-by-side");
        Assert.Equal(first.Url, await second.ReadyAsync());

        var answers = new List<string>();
        for (var i = 0; i < 10; i++)
        {
            answers.Add(await NameAsync(first.Url));
        }

        Assert.Equal(["one", "two"], answers.Distinct().Order());
        Assert.DoesNotContain(first.Client.Events, one => one.Name is "tunnel.closed" or "session.lost");
    }

    [Theory]
    [InlineData("tcp")]
    [InlineData("http")]
    public async Task KilledMember_CostsNoNewVisitor(string kind)
    {
        var group = "killed-" + kind;
        await using var edge = await EdgeProcess.StartAsync();
        await using var one = new NamedService("one");
        await using var two = new NamedService("two");
        using var here = new ClientHome();
        using var there = new ClientHome();
        await using var first = ClientProcess.Start(edge, here, kind, $"{one.Port}", "--group", group);
        await using var second = ClientProcess.Start(edge, there, kind, $"{two.Port}", "--group", group);
        var url = await first.ReadyAsync();
        Assert.Equal(url, await second.ReadyAsync());
        using var visitor = new WebVisitor(edge);
        Assert.Equal(["one", "two"], (await AskAsync(visitor, url, 6, kind)).Distinct().Order());

        await first.KillAsync();

        Assert.All(await AskAsync(visitor, url, 20, kind), answer => Assert.Equal("two", answer));
        edge.AssertNoErrorLogged();
    }

    // The edge has not noticed yet when the visitor comes: his request is already with the member when that dies, on a new connection or on a kept one.
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task MemberThatDiesWithARequest_LeavesItToAnother(bool kept)
    {
        var group = kept ? "dies-kept" : "dies-new";
        await using var edge = await EdgeProcess.StartAsync();
        await using var one = new NamedService("one") { KeepsAlive = kept };
        await using var two = new NamedService("two") { KeepsAlive = kept };
        using var here = new ClientHome();
        using var there = new ClientHome();
        await using var first = ClientProcess.Start(edge, here, "http", $"{one.Port}", "--group", group);
        await using var second = ClientProcess.Start(edge, there, "http", $"{two.Port}", "--group", group);
        var url = await first.ReadyAsync();
        Assert.Equal(url, await second.ReadyAsync());
        using var visitor = new WebVisitor(edge);
        Assert.Equal(["one", "two"], (await AskAsync(visitor, url, 6)).Distinct().Order());

        first.Send(Signal.Stop);
        two.Hold();
        var asked = new[] { visitor.GetAsync(url), visitor.GetAsync(url) };
        await two.Asked.Limited("one of the two requests at the other member");
        await first.KillAsync();
        two.Release();

        foreach (var answer in asked)
        {
            Assert.Equal((HttpStatusCode.OK, "two"), await answer);
        }
    }

    [Fact]
    public async Task StickyVisitor_StaysWithItsMember_UntilThatIsGone()
    {
        await using var one = new NamedService("one");
        await using var two = new NamedService("two");
        await using var first = await ServedTunnel.HttpAsync(shared.Edge, one.Port, "--group", "sticky", "--sticky");
        await using var second = await ServedTunnel.HttpAsync(shared.Edge, two.Port, "--group", "sticky", "--sticky");
        using var visitor = new WebVisitor(shared.Edge);

        var chosen = Assert.Single((await AskAsync(visitor, first.Url, 10)).Distinct());
        var leaving = chosen == "one" ? first : second;
        leaving.Client.Send(Signal.Terminate);
        await leaving.Client.ExitAsync();

        Assert.Equal(chosen == "one" ? "two" : "one", Assert.Single((await AskAsync(visitor, first.Url, 10)).Distinct()));
    }

    [Fact]
    public async Task IllMember_GetsNoVisitors_AndWithoutAWellOneThePageSaysWhy()
    {
        string[] check = ["--group", "health", "--health-check", "/healthz", "--health-interval", "1s", "--health-threshold", "1"];
        await using var edge = await EdgeProcess.StartAsync();
        await using var one = new NamedService("one");
        await using var two = new NamedService("two");
        await using var first = await ServedTunnel.HttpAsync(edge, one.Port, check);
        await using var second = await ServedTunnel.HttpAsync(edge, two.Port, check);
        using var visitor = new WebVisitor(edge);

        one.Healthy = false;
        Assert.Contains("/healthz", (await first.Client.NextAsync("tunnel.unhealthy"))["text"], StringComparison.Ordinal);
        await edge.Log.FirstAsync(line => line.Contains("is ill and gets no visitors", StringComparison.Ordinal), "the edge to hear of the first");
        Assert.All(await AskAsync(visitor, first.Url, 6), answer => Assert.Equal("two", answer));

        two.Healthy = false;
        await edge.Log.FirstAsync(
            line => line.Contains("is ill and gets no visitors", StringComparison.Ordinal),
            "the edge to hear of the second",
            (await edge.Log.FirstAsync(line => line.Contains("is ill and gets no visitors", StringComparison.Ordinal), "the first line")).Number + 1);
        var (status, page) = await visitor.GetAsync(first.Url);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, status);
        Assert.Contains("MP-3018", page, StringComparison.Ordinal);

        one.Healthy = true;
        await edge.Log.FirstAsync(line => line.Contains("is well", StringComparison.Ordinal), "the edge to hear that the first is well");
        Assert.All(await AskAsync(visitor, first.Url, 4), answer => Assert.Equal("one", answer));
    }

    [Fact]
    public async Task OtherMachineWithoutTheGroup_IsToldHowToJoin()
    {
        await using var one = new NamedService("one");
        await using var first = await ServedTunnel.TcpAsync(shared.Edge, one.Port, "--group", "closed-shop");
        using var elsewhere = new ClientHome();
        await using var other = ClientProcess.Start(shared.Edge, elsewhere, "tcp", $"{one.Port}", "--name", "closed-shop", "--fail-fast");

        await other.FailedAsync(6, "MP-1204");

        Assert.Contains(other.Process.Errors.Lines, line => line.Contains("--group closed-shop", StringComparison.Ordinal));
    }

    private static async Task<List<string>> AskAsync(WebVisitor visitor, Uri url, int times, string kind = "http")
    {
        var answers = new List<string>();
        for (var i = 0; i < times; i++)
        {
            if (kind == "tcp")
            {
                answers.Add(await NameAsync(url));
                continue;
            }

            var (status, body) = await visitor.GetAsync(url);
            Assert.Equal((HttpStatusCode.OK, ""), (status, status == HttpStatusCode.OK ? "" : body));
            answers.Add(body);
        }

        return answers;
    }

    private static async Task<string> NameAsync(Uri url) => (await Visitor.ExchangeAsync(url, Ask)).Split("\r\n\r\n")[1];
}
