using Mport.Server.Policy;

namespace Mport.Server.Tests.Policy;

public sealed class PolicyReaderTests
{
    [Theory]
    [InlineData("""{}""", "")]
    [InlineData("""["x"]""", "/0")]
    [InlineData("""[{}]""", "/0")]
    [InlineData("""[{"basic_auht":"a:b"}]""", "/0/basic_auht")]
    [InlineData("""[{"name":"x"}]""", "/0")]
    [InlineData("""[{"allow":true,"compress":true}]""", "/0")]
    [InlineData("""[{"allow":true},{"allow":false}]""", "/1/allow")]
    [InlineData("""[{"basic_auth":"ann"}]""", "/0/basic_auth")]
    [InlineData("""[{"basic_auth":["ann:x","bob"]}]""", "/0/basic_auth/1")]
    [InlineData("""[{"basic_auth":{"users":["ann:***"]}}]""", "/0/basic_auth/users/0")]
    [InlineData("""[{"bearer":"short"}]""", "/0/bearer")]
    [InlineData("""[{"ip":{}}]""", "/0/ip")]
    [InlineData("""[{"ip":{"allow":["10.0.0.1/8"]}}]""", "/0/ip/allow/0")]
    [InlineData("""[{"ip":{"alow":"10.0.0.0/8"}}]""", "/0/ip/alow")]
    [InlineData("""[{"methods":"G T"}]""", "/0/methods")]
    [InlineData("""[{"host":"a b"}]""", "/0/host")]
    [InlineData("""[{"path":{"strip":"api"}}]""", "/0/path/strip")]
    [InlineData("""[{"path":{"set":"/a","add":"/b"}}]""", "/0/path")]
    [InlineData("""[{"redirect":"javascript:alert(1)"}]""", "/0/redirect")]
    [InlineData("""[{"redirect":"//evil.example"}]""", "/0/redirect")]
    [InlineData("""[{"redirect":{"to":"/x","keep_path":true}}]""", "/0/redirect/to")]
    [InlineData("""[{"respond":99}]""", "/0/respond")]
    [InlineData("""[{"request_headers":{"set":{"Host":"x"}}}]""", "/0/request_headers/set/Host")]
    [InlineData("""[{"request_headers":{"set":{"X-Forwarded-For":"x"}}}]""", "/0/request_headers/set/X-Forwarded-For")]
    [InlineData("""[{"request_headers":{"remove":"Content_Length"}}]""", "/0/request_headers/remove")]
    [InlineData("""[{"response_headers":{"add":{"X-A":"a\r\nb"}}}]""", "/0/response_headers/add/X-A")]
    [InlineData("""[{"rate_limit":{"requests":0,"per":"1m"}}]""", "/0/rate_limit/requests")]
    [InlineData("""[{"rate_limit":{"requests":5,"per":"1m","by":"cookie"}}]""", "/0/rate_limit/by")]
    [InlineData("""[{"body_limit":"ten"}]""", "/0/body_limit")]
    [InlineData("""[{"https":{"include_subdomains":true}}]""", "/0/https/include_subdomains")]
    [InlineData("""[{"allow":true,"when":{"path":"/a/../b"}}]""", "/0/when/path")]
    [InlineData("""[{"allow":true,"when":{}}]""", "/0/when")]
    public void Mistake_IsNamedWithItsPlace(string json, string pointer)
    {
        var (policy, faults) = Policies.Read(json);
        Assert.Null(policy);
        Assert.Equal(pointer, Assert.Single(faults).Pointer);
    }

    [Fact]
    public void MistypedKey_GetsTheNearestOne() => Assert.Contains("did you mean basic_auth?", Assert.Single(Policies.Read("""[{"basic_auht":"a:b"}]""").Faults).Detail, StringComparison.Ordinal);

    [Fact]
    public void StoredPolicy_HasNoSecretAndWorksAgain()
    {
        var owner = Policies.Of("""[{"basic_auth":{"users":["ann:hidden-word"],"realm":"x"}},{"bearer":"abcdefghijklmnop","when":{"path":"/x"}}]""", PolicyOrigin.Owner);
        var stored = owner.ToStored().ToJsonString();
        Assert.DoesNotContain("hidden-word", stored, StringComparison.Ordinal);
        Assert.DoesNotContain("abcdefghijklmnop", stored, StringComparison.Ordinal);
        Assert.DoesNotContain("AQAAAA", owner.ToShown().ToJsonString(), StringComparison.Ordinal);

        var again = Policies.Of(stored, PolicyOrigin.Store);
        var right = Policies.Request().With("Authorization", "Basic " + Convert.ToBase64String("ann:hidden-word"u8));
        Assert.Null(again.StatusOf(right));
        Assert.Null(again.StatusOf(right));
        Assert.Equal(401, again.StatusOf(Policies.Request().With("Authorization", "Basic " + Convert.ToBase64String("ann:hidden-wort"u8))));
        Assert.Equal(stored, again.ToStored().ToJsonString());
    }
}
