using System.Text;
using Mport.Server.Policy;

namespace Mport.Server.Tests.Policy;

/// <summary>Each kind of rule: whom it lets pass, whom it stops, and what would get past a careless one (SEC-05, SEC-06, SEC-105).</summary>
public sealed class PolicyRulesTests
{
    private const string Guarded = """[{"basic_auth":"ann:pass word","when":{"path":"/admin/*"}}]""";
    private const string Public = """[{"allow":true,"when":{"path":"/webhook"}},{"basic_auth":"ann:secret"}]""";

    [Theory]
    [InlineData("/admin")]
    [InlineData("/admin/")]
    [InlineData("/admin/x?y=1")]
    [InlineData("/ADMIN")]
    [InlineData("/%61dmin")]
    [InlineData("//admin")]
    [InlineData("/x/../admin")]
    [InlineData("/x/%2e%2e/admin")]
    [InlineData("/x/..%2fadmin")]
    [InlineData("/x/..;/admin")]
    [InlineData("/admin;a=b")]
    [InlineData("/admin%00")]
    [InlineData("/%2561dmin")]
    public void GuardedPath_CannotBeWrittenAround(string target) => Assert.Equal(401, Policies.Of(Guarded).StatusOf(Policies.Request(target)));

    [Theory]
    [InlineData("/")]
    [InlineData("/administrator")]
    [InlineData("/x/admin")]
    [InlineData("/?/admin")]
    public void OtherPath_IsNotGuarded(string target) => Assert.Null(Policies.Of(Guarded).StatusOf(Policies.Request(target)));

    [Theory]
    [InlineData("/webhook")]
    [InlineData("/webhook/")]
    [InlineData("/webhook?id=../admin")]
    public void OpenPath_NeedsNoPassword(string target) => Assert.Null(Policies.Of(Public).StatusOf(Policies.Request(target)));

    [Theory]
    [InlineData("/")]
    [InlineData("/Webhook")]
    [InlineData("/webhook/x")]
    [InlineData("/webhook/../admin")]
    [InlineData("/webhook/..%2fadmin")]
    [InlineData("/webhook%2f..%2fadmin")]
    [InlineData("/webhook;/../admin")]
    [InlineData("/admin/../webhook")]
    [InlineData("//webhook")]
    [InlineData("/webhook%00")]
    public void ExceptionOfAPath_OpensNothingElse(string target) => Assert.Equal(401, Policies.Of(Public).StatusOf(Policies.Request(target)));

    [Theory]
    [InlineData("/webhook/%2e%2e/admin")]
    [InlineData("/x")]
    public void Except_OpensNothingElse(string target)
    {
        var policy = Policies.Of("""[{"basic_auth":"ann:secret","except":{"path":["/webhook/*","/health"]}}]""");
        Assert.Equal(401, policy.StatusOf(Policies.Request(target)));
        Assert.Null(policy.StatusOf(Policies.Request("/webhook/github")));
    }

    [Theory]
    [InlineData("ann:pass word", null)]
    [InlineData("ann:Pass word", 401)]
    [InlineData("Ann:pass word", 401)]
    [InlineData("ann:", 401)]
    [InlineData("ann", 401)]
    public void BasicAuth_TakesTheRightPasswordAlone(string given, int? status)
    {
        var request = Policies.Request("/admin").With("Authorization", "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes(given)));
        var plan = Policies.Of(Guarded).Decide(request);
        Assert.Equal(status, plan.Answer?.Status);
        Assert.Equal(status is null, plan.DropsAuthorization);
    }

    [Fact]
    public void TwoAuthorizations_AreNone()
    {
        var good = "Basic " + Convert.ToBase64String("ann:pass word"u8);
        Assert.Equal(401, Policies.Of(Guarded).StatusOf(Policies.Request("/admin").With("Authorization", good).With("Authorization", "Basic eDp5")));
    }

    [Fact]
    public void ManyWrongPasswords_MakeTheAddressWait()
    {
        var policy = Policies.Of(Guarded);
        var wrong = Policies.Request("/admin").With("Authorization", "Basic " + Convert.ToBase64String("ann:x"u8));
        var answers = Enumerable.Range(0, 12).Select(_ => policy.StatusOf(wrong)).ToList();
        Assert.Equal(401, answers[0]);
        Assert.Equal(429, answers[^1]);
        var elsewhere = Policies.Request("/admin", address: "192.0.2.8").With("Authorization", "Basic " + Convert.ToBase64String("ann:pass word"u8));
        Assert.Null(policy.StatusOf(elsewhere));
    }

    [Theory]
    [InlineData("Bearer abcdefghijklmnop", null)]
    [InlineData("bearer abcdefghijklmnop", null)]
    [InlineData("Bearer abcdefghijklmnoP", 401)]
    [InlineData("Bearer ", 401)]
    [InlineData("abcdefghijklmnop", 401)]
    public void Bearer_TakesTheTokenAlone(string header, int? status) =>
        Assert.Equal(status, Policies.Of("""[{"bearer":["abcdefghijklmnop"]}]""").StatusOf(Policies.Request().With("Authorization", header)));

    [Theory]
    [InlineData("10.1.2.3", null)]
    [InlineData("::ffff:10.1.2.3", null)]
    [InlineData("10.9.9.9", 403)]
    [InlineData("::ffff:10.9.9.9", 403)]
    [InlineData("192.0.2.1", 403)]
    [InlineData("2001:db8::1", null)]
    [InlineData("2001:db9::1", 403)]
    public void Ip_AllowsAndDenies(string address, int? status)
    {
        var policy = Policies.Of("""[{"ip":{"allow":["10.0.0.0/8","2001:db8::/32"],"deny":"10.9.0.0/16"}}]""");
        Assert.Equal(status, policy.StatusOf(Policies.Request(address: address)));
        Assert.Equal(status is null, policy.Admits(PolicyRequest.Plain(System.Net.IPAddress.Parse(address))));
    }

    [Fact]
    public void ForwardedHeaders_ChangeNoAddress() =>
        Assert.Equal(403, Policies.Of("""[{"ip":{"allow":"10.0.0.0/8"}}]""").StatusOf(
            Policies.Request().With("X-Forwarded-For", "10.0.0.1").With("Forwarded", "for=10.0.0.1").With("X-Real-IP", "10.0.0.1")));

    [Theory]
    [InlineData("GET", null, null)]
    [InlineData("HEAD", null, null)]
    [InlineData("POST", null, 405)]
    [InlineData("GET", "DELETE", 405)]
    [InlineData("GET", "get", null)]
    public void Methods_LookAtOverridesToo(string method, string? other, int? status)
    {
        var request = Policies.Request(method: method);
        Assert.Equal(status, Policies.Of("""[{"methods":["GET"]}]""").StatusOf(other is null ? request : request.With("X-HTTP-Method-Override", other)));
    }

    [Theory]
    [InlineData("/api", "/v1/")]
    [InlineData("/api/users?x=/api", "/v1/users?x=/api")]
    [InlineData("/%61pi/a%20b", "/v1/a%20b")]
    [InlineData("/x/../api/y", "/v1/y")]
    [InlineData("/apis", "/v1/apis")]
    public void Path_StripsAndAdds(string target, string wanted) =>
        Assert.Equal(wanted, Policies.Of("""[{"path":{"strip":"/api","add":"/v1"}}]""").Decide(Policies.Request(target)).Target);

    [Fact]
    public void Redirect_KeepsThePathBehindItsOwnHost()
    {
        var answer = Policies.Of("""[{"redirect":{"to":"https://new.example","keep_path":true,"status":308}}]""").Decide(Policies.Request("//evil.example/x?y")).Answer;
        Assert.Equal(308, answer?.Status);
        Assert.Contains(new KeyValuePair<string, string>("Location", "https://new.example//evil.example/x?y"), answer?.Headers ?? []);
    }

    [Fact]
    public void Https_RedirectsAndSetsHstsOnlyWhereAsked()
    {
        var plain = Policies.Of("""[{"https":true}]""");
        Assert.Equal(308, plain.StatusOf(Policies.Request("/x?y")));
        Assert.Null(plain.Decide(Policies.Request(https: true)).ResponseHeaders);
        var hsts = Policies.Of("""[{"https":{"hsts":"365d"}}]""");
        Assert.Equal("max-age=31536000", Assert.Single(Assert.Single(hsts.Decide(Policies.Request(https: true)).ResponseHeaders ?? []).Set).Value);
        Assert.Null(hsts.Decide(Policies.Request()).ResponseHeaders);
    }

    [Fact]
    public void BodyLimit_RefusesALongerBodyAndBoundsOthers()
    {
        var policy = Policies.Of("""[{"body_limit":"1k"}]""");
        Assert.Equal(413, policy.StatusOf(Policies.Request(method: "POST", length: 1025)));
        Assert.Null(policy.StatusOf(Policies.Request(method: "POST", length: 1024)));
        Assert.Equal(1024, policy.Decide(Policies.Request(method: "POST")).BodyLimit);
    }

    [Fact]
    public void RateLimit_CountsEachVisitorByItself()
    {
        var policy = Policies.Of("""[{"rate_limit":{"requests":2,"per":"1h"}}]""");
        Assert.Null(policy.StatusOf(Policies.Request()));
        Assert.Null(policy.StatusOf(Policies.Request(address: "::ffff:192.0.2.7")));
        Assert.Equal(429, policy.StatusOf(Policies.Request().With("X-Forwarded-For", "10.0.0.1")));
        Assert.Null(policy.StatusOf(Policies.Request(address: "192.0.2.8")));
    }

    [Fact]
    public void Rules_HoldInTheirOrder()
    {
        var policy = Policies.Of("""[{"respond":404,"when":{"path":"/private/*"}},{"allow":true,"when":{"address":"10.0.0.0/8"}},{"maintenance":{"text":"Back at noon.","retry_after":"1h"}}]""");
        Assert.Equal(404, policy.StatusOf(Policies.Request("/private/x", address: "10.0.0.1")));
        Assert.Null(policy.StatusOf(Policies.Request("/x", address: "10.0.0.1")));
        var answer = policy.Decide(Policies.Request("/x")).Answer;
        Assert.Equal((503, 3600), (answer?.Status, answer?.RetryAfter));
    }

    [Theory]
    [InlineData("shop.edge.test", 503)]
    [InlineData("blog.edge.test", null)]
    public void Host_IsComparedInItsOneForm(string host, int? status) =>
        Assert.Equal(status, Policies.Of("""[{"maintenance":true,"when":{"host":"SHOP.edge.test."}}]""").StatusOf(Policies.Request(host: host)));
}
