using System.Net;
using System.Net.Http;
using System.Net.Http.Headers;
using System.Text;
using Mport.EndToEnd.Tests.Groups;
using Mport.EndToEnd.Tests.Kit;

namespace Mport.EndToEnd.Tests.Http;

/// <summary>Rules in front of a tunnel: from the command line, from a file, and changed while it is open.</summary>
public sealed class PolicyTests(SharedEdge shared) : IDisposable
{
    private readonly WebVisitor _visitor = new(shared.Edge);

    public void Dispose() => _visitor.Dispose();

    [Fact]
    public async Task PasswordOfTheCommandLine_IsAskedFor_AndStaysAtTheEdge()
    {
        await using var target = await WebTarget.StartAsync();
        await using var tunnel = await ServedTunnel.HttpAsync(shared.Edge, target.Port, "--basic-auth", "ann:correct horse", "--response-header-add", "X-Edge: yes");

        Assert.Equal(HttpStatusCode.Unauthorized, (await AskAsync(tunnel.Url, login: null)).Status);
        Assert.Equal(HttpStatusCode.Unauthorized, (await AskAsync(tunnel.Url, "ann:wrong")).Status);
        var (status, edge) = await AskAsync(tunnel.Url, "ann:correct horse");
        Assert.Equal((HttpStatusCode.OK, "yes"), (status, edge));
    }

    [Fact]
    public async Task NetworkThatMayNotComeIn_IsKeptOutOfHttpAndTcp()
    {
        await using var target = new NamedService("mine");
        await using var http = await ServedTunnel.HttpAsync(shared.Edge, target.Port, "--cidr-deny", "127.0.0.0/8");
        await using var tcp = await ServedTunnel.TcpAsync(shared.Edge, target.Port, "--cidr-allow", "192.0.2.0/24");
        await using var open = await ServedTunnel.TcpAsync(shared.Edge, target.Port, "--cidr-allow", "127.0.0.1");

        Assert.Equal(HttpStatusCode.Forbidden, (await AskAsync(http.Url, login: null)).Status);
        var refused = await Ran.ToEndAsync("curl", ["-sS", "--max-time", "50", $"http://127.0.0.1:{tcp.Url.Port}/"]);
        Assert.NotEqual(0, refused.ExitCode);
        Assert.Equal("mine", (await Ran.ToEndAsync("curl", ["-sS", "--max-time", "50", $"http://127.0.0.1:{open.Url.Port}/"])).Succeeded());
    }

    [Fact]
    public async Task ChangeThroughTheApi_HoldsFromTheNextRequestOn()
    {
        await using var target = new NamedService("mine");
        await using var tunnel = await ServedTunnel.HttpAsync(shared.Edge, target.Port);
        var id = tunnel.Client.Events.First(one => one.Name == "tunnel.ready")["id"];
        var api = $"http://127.0.0.1:{shared.Edge.HttpPort}/api/v1/tunnels/{id}/policy";

        await CurlAsync("-X", "PUT", api, "-d", """{"rules":[{"maintenance":{"text":"Back at noon."}}]}""");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await AskAsync(tunnel.Url, login: null)).Status);
        await CurlAsync("-X", "DELETE", api);
        Assert.Equal("mine", (await _visitor.GetAsync(tunnel.Url)).Body);
    }

    [Fact]
    public async Task Check_SaysWhichRuleDecides_AndWhatIsWrong()
    {
        using var home = new ClientHome();
        using var folder = new ScratchFolder();
        await File.WriteAllTextAsync(folder.File("good.yml"), "policy:\n  - name: payments\n    allow: true\n    when: { path: /webhook }\n  - name: password\n    basic_auth: \"ann:correct horse\"\n");
        await File.WriteAllTextAsync(folder.File("bad.yml"), "policy:\n  - basic_aut: \"ann:x\"\n");

        Assert.Contains("payments", (await CheckAsync(home, folder.File("good.yml"), "--request", "POST /webhook")).Succeeded(), StringComparison.Ordinal);
        Assert.Contains("password", (await CheckAsync(home, folder.File("good.yml"), "--request", "GET /")).Output, StringComparison.Ordinal);
        var bad = await CheckAsync(home, folder.File("bad.yml"));
        Assert.Equal(3, bad.ExitCode);
        Assert.Contains("basic_auth", bad.Errors, StringComparison.Ordinal);
        Assert.Contains(":2", bad.Errors, StringComparison.Ordinal);
    }

    private Task<Ran> CheckAsync(ClientHome home, string file, params string[] options) =>
        Ran.ToEndAsync(Programs.Client, ["policy", "check", file, .. options], home.Environment(shared.Edge));

    private async Task CurlAsync(params string[] arguments) => (await Ran.ToEndAsync(
        "curl", ["-sS", "--fail-with-body", "--max-time", "50", "-H", $"Authorization: Bearer {shared.Edge.Token}", "-H", "Content-Type: application/json", "-H", "If-Match: *", .. arguments])).Succeeded();

    private async Task<(HttpStatusCode Status, string? Edge)> AskAsync(Uri url, string? login)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(url, "/hello"));
        if (login is not null)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(login)));
        }

        using var answer = await _visitor.SendAsync(request);
        return (answer.StatusCode, answer.Headers.TryGetValues("X-Edge", out var values) ? values.Single() : null);
    }
}
