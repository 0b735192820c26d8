using System.Text.Json;
using Mport.Cli.Configuration;

namespace Mport.Cli.Tests.Configuration;

public sealed class PolicyFileTests
{
    private const string Rules = """
        policy:
          - allow: true
            when: { path: /webhook }
          - basic_auth: ["ann:123", 'bob:x']
          - request_headers:
              set: { X-Stage: test, X-Count: 7, X-Zero: 007 }
        """;

    [Theory]
    [InlineData("")]
    [InlineData("- a\n---\n- b")]
    [InlineData("policy: x")]
    [InlineData("- a: [")]
    public void WhatIsNoListOfRules_IsRefused(string text) => Assert.Equal("MP-1602", Assert.Single(PolicyFile.Read("rules.yml", text).Failures).Code.ToString());

    [Fact]
    public void Yaml_BecomesJson_WithTheLineOfEachValue()
    {
        var file = PolicyFile.Read("rules.yml", Rules).Value;
        Assert.NotNull(file);
        Assert.Equal(
            """[{"allow":true,"when":{"path":"/webhook"}},{"basic_auth":["ann:123","bob:x"]},{"request_headers":{"set":{"X-Stage":"test","X-Count":7,"X-Zero":"007"}}}]""",
            JsonSerializer.Serialize(file.Rules));
        Assert.Equal(4, file.LineOf("/1/basic_auth"));
        Assert.Equal(6, file.LineOf("/2/request_headers/set/X-Count"));
        Assert.Equal(2, file.LineOf("/0/nothing"));
    }

    [Fact]
    public void AliasesThatUnfoldWithoutEnd_AreRefused()
    {
        var bomb = "- &a [x, x, x, x, x, x, x, x, x, x]\n- &b [*a, *a, *a, *a, *a, *a, *a, *a, *a, *a]\n- &c [*b, *b, *b, *b, *b, *b, *b, *b, *b, *b]\n- &d [*c, *c, *c, *c, *c, *c, *c, *c, *c, *c]\n- [*d, *d, *d, *d]\n";
        Assert.Contains("longer than", Assert.Single(PolicyFile.Read("rules.yml", bomb).Failures).Text, StringComparison.Ordinal);
    }
}
