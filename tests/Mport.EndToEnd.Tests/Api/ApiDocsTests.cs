using System.Text.RegularExpressions;
using Mport.EndToEnd.Tests.Kit;

namespace Mport.EndToEnd.Tests.Api;

/// <summary>Each command of docs/api.md works as it stands there, but for those that need a password, a code, a browser or a visitor: their own tests try them.</summary>
public sealed partial class ApiDocsTests
{
    [Fact]
    public async Task EachExample_Works()
    {
        var examples = Example().Matches(await File.ReadAllTextAsync(Path.Combine(Programs.Root(), "docs", "api.md"))).Select(m => m.Groups["command"].Value)
            .Where(command => !command.Contains("/auth/", StringComparison.Ordinal) && !command.Contains("/me/", StringComparison.Ordinal) && !command.Contains("$CONNECTION_ID", StringComparison.Ordinal)).ToList();
        Assert.NotEmpty(examples);
        await using var edge = await EdgeProcess.StartAsync();
        using var home = new ClientHome();
        var curl = new Curl(edge);
        foreach (var example in examples)
        {
            await using var client = example.Contains("$SESSION_ID", StringComparison.Ordinal) ? ClientProcess.Start(edge, home, "tcp", "9") : null;
            if (client is not null)
            {
                await client.ReadyAsync();
            }

            var variables = new Dictionary<string, string> { ["EDGE"] = curl.Address, ["TOKEN"] = edge.Token };
            await PrepareAsync(curl, example, variables);

            // A stream of events has no end: curl gives up after a second (28), with the answer's head in hand.
            var endless = example.Contains("curl -sS -N", StringComparison.Ordinal);
            var ran = await Ran.ToEndAsync("bash", ["-c", example.Replace("curl -sS", endless ? "curl -sS --fail --max-time 1" : "curl -sS --fail-with-body")], variables);
            Assert.True(ran.ExitCode == (endless ? 28 : 0), $"{example}\nended with status {ran.ExitCode}: {ran.Output}{ran.Errors}");
        }

        edge.AssertNoErrorLogged();
    }

    // What an example is about is there, and what it makes is not.
    private static async Task PrepareAsync(Curl curl, string example, Dictionary<string, string> variables)
    {
        if (example.Contains("$TUNNEL_ID", StringComparison.Ordinal) || example.Contains("api/v1/tunnels\" ", StringComparison.Ordinal))
        {
            foreach (var id in await curl.IdsAsync("tunnels"))
            {
                await curl.SendAsync("DELETE", "tunnels/" + id);
            }
        }

        if (example.Contains("password-links", StringComparison.Ordinal))
        {
            await curl.SendAsync("POST", "users", """{"email":"eve@example.com"}""");
        }

        foreach (var (variable, list, body) in ((string, string, string)[])
            [("TUNNEL_ID", "tunnels", """{"name":"shop","proto":"http"}"""), ("TOKEN_ID", "tokens", """{"name":"ci"}"""), ("USER_ID", "users", $$"""{"email":"u{{Guid.NewGuid():N}}@example.com"}"""), ("RESERVATION_ID", "reservations", $$"""{"subdomain":"kept-{{Guid.NewGuid():N}}"}"""), ("DOMAIN_ID", "domains", $$"""{"name":"d{{Guid.NewGuid():N}}.example.com"}"""), ("TEAM_ID", "teams", $$"""{"name":"t{{Guid.NewGuid():N}}"}"""), ("INVITATION_ID", "invitations", $$"""{"email":"i{{Guid.NewGuid():N}}@example.com"}""")])
        {
            if (example.Contains("$" + variable, StringComparison.Ordinal))
            {
                variables[variable] = (await curl.SendAsync("POST", list, body)).GetProperty("id").GetString() ?? "";
            }
        }

        if (example.Contains("dan@example.com", StringComparison.Ordinal))
        {
            await curl.SendAsync("POST", "users", """{"email":"dan@example.com"}""");
        }

        if (example.Contains("members/$USER_ID", StringComparison.Ordinal))
        {
            var email = (await curl.SendAsync("GET", "users/" + variables["USER_ID"])).GetProperty("email").GetString();
            await curl.SendAsync("POST", $"teams/{variables["TEAM_ID"]}/members", $$"""{"email":"{{email}}"}""");
        }

        if (example.Contains("$QUOTA_ID", StringComparison.Ordinal))
        {
            variables["QUOTA_ID"] = (await curl.SendAsync("POST", "tokens", """{"name":"ci"}""")).GetProperty("id").GetString() ?? "";
            await curl.SendAsync("PUT", "quotas/" + variables["QUOTA_ID"], """{"connections":10}""");
        }

        if (example.Contains("$SESSION_ID", StringComparison.Ordinal))
        {
            variables["SESSION_ID"] = (await curl.IdsAsync("sessions"))[0];
        }
    }

    [GeneratedRegex("```sh\n(?<command>.+?)\n```", RegexOptions.Singleline)]
    private static partial Regex Example();
}
