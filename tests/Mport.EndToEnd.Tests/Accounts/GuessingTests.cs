using System.Net;
using System.Net.Http;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Mport.EndToEnd.Tests.Api;
using Mport.EndToEnd.Tests.Kit;
using Mport.Testing;

namespace Mport.EndToEnd.Tests.Accounts;

/// <summary>Somebody who has many addresses guesses a password.</summary>
public sealed partial class GuessingTests
{
    private const string Ann = "ann@example.com", Password = "seven tall trees in fog";
    private const int Addresses = 100, GuessesEach = 10;

    [Fact]
    public async Task ThousandGuesses_CostTheAttackerNearlyAll_AndTheRightUserNothing() // SEC-62
    {
        await using var edge = await EdgeProcess.StartAsync();
        using var browser = new FormBrowser(edge);
        await browser.OpenAsync((await edge.AdministerAsync("invite", "create", Ann)).Trim());
        await browser.SubmitAsync("/invite", ("chosen", Password));

        var answers = new List<HttpStatusCode>();
        for (var guess = 0; guess < Addresses * GuessesEach; guess++)
        {
            using var attacker = From(edge, IPAddress.Parse($"127.77.0.{(guess / GuessesEach) + 1}"));
            answers.Add(await GuessAsync(attacker, $"guess number {guess}"));
        }

        // The first address has ten, each further one has one; a second one only where five seconds passed between its guesses.
        var refused = answers.Count(status => status == HttpStatusCode.TooManyRequests);
        var wrong = answers.Count(status => status == HttpStatusCode.BadRequest);
        Assert.Equal(Addresses * GuessesEach, refused + wrong);
        Assert.InRange(wrong, GuessesEach + Addresses - 1, GuessesEach + (2 * Addresses));

        await browser.OpenAsync("/account");
        Assert.Contains(Ann, browser.Html, StringComparison.Ordinal);
        using var elsewhere = new FormBrowser(edge);
        await elsewhere.OpenAsync("/login");
        await elsewhere.SubmitAsync("/login", ("email", Ann), ("password", Password));
        Assert.Contains("Your account", elsewhere.Html, StringComparison.Ordinal);

        Assert.Equal(answers.Count, await CountedAsync(edge));
        var audit = (await new Curl(edge).SendAsync("GET", "audit?account=all&kind=login.refused&limit=200")).GetProperty("data").EnumerateArray().ToList();
        Assert.Contains(audit, one => one.ToString().Contains("127.77.0.", StringComparison.Ordinal));
    }

    private static HttpClient From(EdgeProcess edge, IPAddress own) => new(new SocketsHttpHandler
    {
        UseProxy = false,
        UseCookies = false,
        ConnectCallback = async (_, cancellationToken) =>
        {
            var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            try
            {
                socket.Bind(new IPEndPoint(own, 0));
                await socket.ConnectAsync(new IPEndPoint(IPAddress.Loopback, edge.HttpPort), cancellationToken);
                return new NetworkStream(socket, ownsSocket: true);
            }
            catch
            {
                socket.Dispose();
                throw;
            }
        },
    })
    { BaseAddress = new Uri($"http://localhost:{edge.HttpPort}") };

    private static async Task<HttpStatusCode> GuessAsync(HttpClient attacker, string password)
    {
        using var body = new StringContent(JsonSerializer.Serialize(new Dictionary<string, string> { ["email"] = Ann, ["password"] = password }), Encoding.UTF8, "application/json");
        using var answer = await attacker.PostAsync(new Uri("/api/v1/auth/login", UriKind.Relative), body).Limited("the answer to a guess");
        return answer.StatusCode;
    }

    // What the metrics say of attempts that were refused.
    private static async Task<int> CountedAsync(EdgeProcess edge)
    {
        using var http = new HttpClient { BaseAddress = new Uri($"http://localhost:{edge.HttpPort}") };
        var metrics = await http.GetStringAsync(new Uri("/metrics", UriKind.Relative)).Limited("the metrics");
        return SignIns().Matches(metrics).Sum(match => int.Parse(match.Groups["count"].Value));
    }

    [GeneratedRegex("""^mport_accounts_sign_ins\w*\{[^}]*result="MP-\d+"[^}]*\} (?<count>\d+)$""", RegexOptions.Multiline | RegexOptions.ExplicitCapture)]
    private static partial Regex SignIns();
}
