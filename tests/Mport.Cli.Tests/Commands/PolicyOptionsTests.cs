using System.Text.Json;

namespace Mport.Cli.Tests.Commands;

public sealed class PolicyOptionsTests
{
    [Fact]
    public async Task Options_BecomeRulesBehindThoseOfTheFile()
    {
        using var world = new CliWorld();
        Directory.CreateDirectory(world.StateFolder);
        var file = Path.Combine(world.StateFolder, "rules.yml");
        await File.WriteAllTextAsync(file, "- maintenance: true\n");
        Assert.Equal(
            """[{"maintenance":true},{"ip":{"allow":["10.0.0.0/8"],"deny":["10.1.0.0/16"]}},{"basic_auth":["ann:a:b"]},{"request_headers":{"remove":["Cookie"],"add":{"X-A":["1","2"]}}},{"host":"rewrite"},{"compress":true}]""",
            await RulesAsync(world, "http", "3000", "--policy", file, "--cidr-allow", "10.0.0.0/8", "--cidr-deny", "10.1.0.0/16", "--basic-auth", "ann:a:b",
                "--request-header-add", "X-A: 1", "--request-header-add", "x-a:2", "--request-header-remove", "Cookie", "--host-header", "rewrite", "--compression"));
    }

    [Fact]
    public async Task Section_OfTheConfigurationFileHasRules()
    {
        using var world = new CliWorld();
        world.WriteConfig("tunnels:\n  db: {proto: tcp, target: 5432, policy: [{ip: {allow: 10.0.0.0/8}}]}\n");
        Assert.Equal("""[{"ip":{"allow":"10.0.0.0/8"}}]""", await RulesAsync(world, "start", "db"));
    }

    [Fact]
    public async Task NoOption_IsNoPolicy()
    {
        using var world = new CliWorld();
        Assert.Null(await RulesAsync(world, "http", "3000"));
    }

    private static async Task<string?> RulesAsync(CliWorld world, params string[] arguments)
    {
        var run = world.RunLoggedInAsync(arguments);
        var engine = await world.EngineAsync();
        world.Signals.Raise();
        await run;
        return Assert.Single(engine.Options.Tunnels).Policy is { } rules ? JsonSerializer.Serialize(rules) : null;
    }
}
