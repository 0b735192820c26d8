using System.Collections.Concurrent;
using Mport.EndToEnd.Tests.Kit;
using Mport.Testing;

namespace Mport.EndToEnd.Tests.Databases;

/// <summary>Makes accounts and tunnels through the API one after the other, and keeps what the edge confirmed and how it refused.</summary>
internal sealed class ChangesInARow : IDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly EdgeApi _api;
    private readonly Task _running;

    public ChangesInARow(EdgeApi api, int workers)
    {
        _api = api;
        _running = Task.WhenAll(Enumerable.Range(0, workers).Select(RunAsync));
    }

    /// <summary>The addresses of accounts whose making was confirmed.</summary>
    public ConcurrentBag<string> Accounts { get; } = [];

    /// <summary>The subdomains of tunnels whose making was confirmed, by their ids.</summary>
    public ConcurrentDictionary<string, string> Tunnels { get; } = new(StringComparer.Ordinal);

    /// <summary>Status and code of each answer that confirmed nothing.</summary>
    public ConcurrentQueue<(int Status, string? Code)> Refusals { get; } = [];

    /// <summary>How many were confirmed.</summary>
    public int Confirmed => Accounts.Count + Tunnels.Count;

    /// <summary>Waits for so many more confirmed ones.</summary>
    public async Task GoOnAsync(int changes)
    {
        var goal = Confirmed + changes;
        await Within.UntilAsync(() => Confirmed >= goal || _running.IsCompleted, "changes to be confirmed");
        Assert.False(_running.IsFaulted, $"The changes ended: {_running.Exception?.InnerException}");
    }

    /// <summary>Waits for so many more refused ones.</summary>
    public async Task AreRefusedAsync(int changes)
    {
        var goal = Refusals.Count + changes;
        await Within.UntilAsync(() => Refusals.Count >= goal || _running.IsCompleted, "changes to be refused");
        Assert.False(_running.IsFaulted, $"The changes ended: {_running.Exception?.InnerException}");
    }

    /// <summary>Makes no more.</summary>
    public async Task EndAsync()
    {
        await _stop.CancelAsync();
        await _running.Limited("the last change");
    }

    /// <summary>Fails unless all that was confirmed is there, once and whole.</summary>
    public async Task AssertKeptAsync(EdgeApi api)
    {
        var accounts = (await api.ListAsync("/users")).Select(user => user.GetProperty("email").GetString() ?? "").ToList();
        Assert.Equal(accounts.Count, accounts.Distinct(StringComparer.Ordinal).Count());
        Assert.Empty(Accounts.Except(accounts, StringComparer.Ordinal));
        var tunnels = (await api.ListAsync("/tunnels")).Where(tunnel => tunnel.GetProperty("proto").GetString() == "http")
            .ToDictionary(tunnel => tunnel.GetProperty("id").GetString() ?? "", tunnel => tunnel.GetProperty("subdomain").GetString() ?? "", StringComparer.Ordinal);
        Assert.NotEmpty(Tunnels);
        Assert.All(Tunnels, made => Assert.Equal(made.Value, tunnels.GetValueOrDefault(made.Key)));

        // Nor is any of those half-made whose answer was lost.
        Assert.All(tunnels.Values, subdomain => Assert.StartsWith("shop-", subdomain, StringComparison.Ordinal));
    }

    /// <inheritdoc />
    public void Dispose() => _stop.Dispose();

    private async Task RunAsync(int worker)
    {
        for (var number = 0; !_stop.IsCancellationRequested; number++)
        {
            var name = $"{worker}-{number}";
            var (status, body) = number % 2 == 0
                ? await _api.PostAsync("/users", $$"""{"email":"user-{{name}}@example.com"}""")
                : await _api.PostAsync("/tunnels", $$"""{"name":"web-{{name}}","proto":"http","subdomain":"shop-{{name}}"}""");
            if (status != 201)
            {
                Refusals.Enqueue((status, body.TryGetProperty("code", out var code) ? code.GetString() : null));
            }
            else if (number % 2 == 0)
            {
                Accounts.Add(body.GetProperty("email").GetString() ?? "");
            }
            else
            {
                Assert.True(Tunnels.TryAdd(body.GetProperty("id").GetString() ?? "", body.GetProperty("subdomain").GetString() ?? ""));
            }
        }
    }
}
